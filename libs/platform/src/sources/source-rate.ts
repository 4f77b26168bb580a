import { widened } from './source.ts';
import type { Sources } from './source.ts';

export interface SourceRateOptions {
  /** So many may come at once. */
  readonly burst: number;
  /** So many a second may follow for ever. */
  readonly perSecond: number;
  /** Sources remembered at most; the one that was quiet for longest is forgotten first. */
  readonly most?: number;
}

/** What a source used so far, as the instant at which it has its whole burst again. */
type WholeAgainAt = number;

/**
 * A rate for each source, and for each wider one, in bounded memory: a client with a million addresses fills no more of it
 * than `most` of them.
 * @rule SOURCE-BOUNDED
 */
export class SourceRate {
  readonly #used = new Map<string, WholeAgainAt>();
  readonly #burst: number;
  readonly #intervalMs: number;
  readonly #most: number;

  constructor({ burst, perSecond, most = 50_000 }: SourceRateOptions) {
    this.#burst = burst;
    this.#intervalMs = 1_000 / perSecond;
    this.#most = most;
  }

  /** Sources that are remembered. */
  get size(): number {
    return this.#used.size;
  }

  /**
   * Counts one, unless it would have to wait for longer than `patienceMs`. @returns how many milliseconds it has to wait,
   * 0 while the source keeps its rate; null when it was not counted.
   */
  take(sources: Sources, nowMs: number, patienceMs = 0): number | null {
    const waitMs = Math.max(...sources.map((source, place) => this.#waitOf(source, place, nowMs)));
    if (waitMs > patienceMs) return null;
    sources.forEach((source, place) => this.#add(source, this.#intervalOf(place), nowMs));
    return waitMs;
  }

  /** One that was counted counts no more. */
  giveBack(sources: Sources, nowMs: number): void {
    sources.forEach((source, place) => {
      if (this.#used.has(source)) this.#add(source, -this.#intervalOf(place), nowMs);
    });
  }

  #waitOf(source: string, place: number, nowMs: number): number {
    const interval = this.#intervalOf(place);
    const wholeAgain = Math.max(nowMs, this.#used.get(source) ?? nowMs) + interval;
    return Math.max(0, wholeAgain - nowMs - interval * widened(this.#burst, place));
  }

  #intervalOf(place: number): number {
    return this.#intervalMs / widened(1, place);
  }

  #add(source: string, ms: number, nowMs: number): void {
    const wholeAgain = Math.max(nowMs, this.#used.get(source) ?? nowMs) + ms;
    this.#used.delete(source);
    // Whoever has the whole burst again is like one who never came.
    if (wholeAgain > nowMs) this.#used.set(source, wholeAgain);
    if (this.#used.size <= this.#most) return;
    const [quietest] = this.#used.keys();
    if (quietest !== undefined) this.#used.delete(quietest);
  }
}
