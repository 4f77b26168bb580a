import type { Sources } from './source.ts';

const dayMs = 86_400_000;

/**
 * Sources that succeeded before, with the last time: a share of every door is kept for them.
 * @rule SOURCE-KNOWN
 */
export class KnownSources {
  readonly #lastMs = new Map<string, number>();
  readonly #most: number;
  readonly #keptMs: number;
  #changed = false;

  constructor({ most = 20_000, days = 90 }: { readonly most?: number; readonly days?: number } = {}) {
    this.#most = most;
    this.#keptMs = days * dayMs;
  }

  get size(): number {
    return this.#lastMs.size;
  }

  /** Whether something was remembered or forgotten since `entries` were taken last. */
  get changed(): boolean {
    return this.#changed;
  }

  has([source]: Sources): boolean {
    return this.#lastMs.has(source);
  }

  /** A client of this source has shown who it is: by a token, a secret, or a signature of an indexed provider. */
  succeeded([source]: Sources, nowMs: number): void {
    this.#changed = true;
    this.#lastMs.delete(source);
    this.#lastMs.set(source, nowMs);
    for (const [oldest, lastMs] of this.#lastMs) {
      if (this.#lastMs.size <= this.#most && nowMs - lastMs < this.#keptMs) return;
      this.#lastMs.delete(oldest);
    }
  }

  /** Each source with its last success in system milliseconds, the oldest first. */
  entries(): [string, number][] {
    this.#changed = false;
    return [...this.#lastMs];
  }
}
