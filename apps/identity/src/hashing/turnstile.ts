export interface TurnstileOptions {
  /** How many may be inside at a time. */
  readonly inside: number;
  /** How many may wait to enter. */
  readonly places: number;
  /** How long one may wait. */
  readonly patienceMs: number;
}

/** `busy`: no place to wait, or waited too long. `gone`: nobody waits for the outcome any more. */
export type Entry = 'entered' | 'busy' | 'gone';

/** Lets so many in at a time, in the order in which they came, and keeps nobody waiting for ever. */
export class Turnstile {
  readonly #options: TurnstileOptions;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  constructor(options: TurnstileOptions) {
    this.#options = options;
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Waits for a turn. Whoever `entered` must `leave`. */
  async enter(caller?: AbortSignal): Promise<Entry> {
    const { inside, places, patienceMs } = this.#options;
    if (caller?.aborted) return 'gone';
    if (this.#inside < inside) {
      this.#inside++;
      return 'entered';
    }
    if (this.#waiting.size >= places) return 'busy';
    return await new Promise((resolve) => {
      const end = (entry: Entry) => {
        this.#waiting.delete(begin);
        clearTimeout(patience);
        caller?.removeEventListener('abort', gone);
        resolve(entry);
      };
      const begin = () => end('entered');
      const gone = () => end('gone');
      const patience = setTimeout(() => end('busy'), patienceMs);
      caller?.addEventListener('abort', gone, { once: true });
      this.#waiting.add(begin);
    });
  }

  /** Makes room: the first of those waiting is inside at once. */
  leave(): void {
    const [first] = this.#waiting;
    if (first === undefined) this.#inside--;
    else first();
  }
}
