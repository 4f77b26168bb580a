export interface TurnstileOptions {
  /** How many may be inside at a time. */
  readonly inside: number;
  /** How many may wait to enter. */
  readonly places: number;
  /** How long one may wait. */
  readonly patienceMs: number;
}

/** Who enters: from where, and whether that source succeeded before. */
export interface Visitor {
  readonly source: string;
  readonly known: boolean;
}

/** `busy`: no place to wait, or waited too long. `gone`: nobody waits for the outcome any more. */
export type Entry = 'entered' | 'busy' | 'gone';

interface Waiting extends Visitor {
  readonly begin: () => void;
}

/**
 * Lets so many in at a time and keeps nobody waiting for ever. It is fair by source: next is the source that has fewest
 * inside, and among these a known one, then who came first. Half of the room inside and a quarter of the places to wait are
 * kept for known sources, and one source may take a quarter of the places.
 * @rule HASHING-FAIR
 */
export class Turnstile {
  readonly #options: TurnstileOptions;
  readonly #waiting = new Set<Waiting>();
  readonly #inside = new Map<string, number>();
  #known = 0;
  #strangers = 0;

  constructor(options: TurnstileOptions) {
    this.#options = options;
  }

  get inside(): number {
    return this.#known + this.#strangers;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Waits for a turn. Whoever `entered` must `leave`, as the same visitor. */
  async enter(visitor: Visitor, caller?: AbortSignal): Promise<Entry> {
    if (caller?.aborted) return 'gone';
    if (this.#hasRoomFor(visitor)) {
      this.#count(visitor, 1);
      return 'entered';
    }
    if (!this.#hasPlaceFor(visitor)) return 'busy';
    return await new Promise((resolve) => {
      const end = (entry: Entry) => {
        this.#waiting.delete(waiting);
        clearTimeout(patience);
        caller?.removeEventListener('abort', gone);
        resolve(entry);
      };
      const waiting = { ...visitor, begin: () => end('entered') };
      const gone = () => end('gone');
      const patience = setTimeout(() => end('busy'), this.#options.patienceMs);
      caller?.addEventListener('abort', gone, { once: true });
      this.#waiting.add(waiting);
    });
  }

  /** Makes room: the next of those waiting is inside at once. */
  leave(visitor: Visitor): void {
    this.#count(visitor, -1);
    const next = this.#next();
    if (next === undefined) return;
    this.#count(next, 1);
    next.begin();
  }

  #hasRoomFor({ known }: Visitor): boolean {
    const { inside } = this.#options;
    return this.inside < inside && (known || this.#strangers < Math.max(1, Math.floor(inside / 2)));
  }

  #hasPlaceFor({ source, known }: Visitor): boolean {
    const { places } = this.#options;
    const quarter = Math.max(1, Math.floor(places / 4));
    let [ofSource, ofStrangers] = [0, 0];
    for (const waiting of this.#waiting) {
      if (waiting.source === source) ofSource += 1;
      if (!waiting.known) ofStrangers += 1;
    }
    if (this.#waiting.size >= places || ofSource >= quarter) return false;
    return known || ofStrangers < Math.max(1, places - quarter);
  }

  #next(): Waiting | undefined {
    let next: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (!this.#hasRoomFor(waiting)) continue;
      if (next === undefined || this.#comesBefore(waiting, next)) next = waiting;
    }
    return next;
  }

  #comesBefore(one: Visitor, other: Visitor): boolean {
    const difference = this.#insideOf(one) - this.#insideOf(other);
    return difference < 0 || (difference === 0 && one.known && !other.known);
  }

  #insideOf({ source }: Visitor): number {
    return this.#inside.get(source) ?? 0;
  }

  #count(visitor: Visitor, change: 1 | -1): void {
    if (visitor.known) this.#known += change;
    else this.#strangers += change;
    const inside = this.#insideOf(visitor) + change;
    if (inside === 0) this.#inside.delete(visitor.source);
    else this.#inside.set(visitor.source, inside);
  }
}
