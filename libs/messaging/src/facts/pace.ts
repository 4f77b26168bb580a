/** At most so many records share a transaction. */
export const mostTogether = 32;

/** A transaction that took longer, in milliseconds, held its locks for too long. */
const longMs = 50;

/**
 * How many records of a partition are taken in one transaction. It begins with one, doubles while transactions are short,
 * and halves when one was long. A record that failed among others is taken alone.
 * @rule FACTS-TOGETHER
 */
export class Pace {
  #size = 1;
  /** Offset of the record to take alone. */
  #alone: string | undefined;
  /** Failures of infrastructure in a row: they go on counting when the partition has rested. */
  failures = 0;

  /** How many of the next records, of which `mostTogether` are enough, are taken now: at least one. */
  next(records: readonly { readonly offset: string }[]): number {
    const alone = this.#alone === undefined ? -1 : records.findIndex(({ offset }) => offset === this.#alone);
    if (alone === 0) return 1;
    return Math.min(alone < 0 ? records.length : alone, this.#size);
  }

  /** A transaction of them committed after so many milliseconds. */
  committed(milliseconds: number): void {
    this.failures = 0;
    this.#size = milliseconds > longMs ? Math.max(1, this.#size >> 1) : Math.min(mostTogether, this.#size * 2);
  }

  /** The record at this offset kept those before it from being committed with it. */
  takeAlone(offset: string): void {
    this.#alone = offset;
  }
}
