import type { Instant } from '@recapito/primitives';

/** The earliest instant at which something of a noun is due and not yet done; null when nothing is. */
export type EarliestDue = () => Promise<Instant | null>;

/** Figures that stand still when a service has nothing in hand, as `{ 'jobs.done': 12 }`. */
export type QuietCounters = () => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;

/** Somebody who reads topics: how far behind as of the last fetches, and by the word of the broker. */
export interface Behind {
  known(): number;
  asked(): Promise<number>;
}

/**
 * What a service has still to do, told to the driver of a rehearsal: it moves the clock only to the earliest instant
 * at which somebody has something to do, and only when everybody is quiet.
 */
export class DueWork {
  readonly #due: EarliestDue[] = [];
  readonly #counters: QuietCounters[] = [];
  readonly #readers: Behind[] = [];
  #inWork = 0;

  /** Adds a question about deadlines; each noun with deadlines asks its own table. */
  register(earliestDue: EarliestDue): void {
    this.#due.push(earliestDue);
  }

  /** Adds figures that must be seen twice alike before the service counts as quiet. */
  count(counters: QuietCounters): void {
    this.#counters.push(counters);
  }

  /** Adds somebody who reads topics. */
  reads(reader: Behind): void {
    this.#readers.push(reader);
  }

  /** Counts work that is neither a request nor a fact (a job, a sweep, a delivery) while it lasts. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#inWork++;
    try {
      return await work();
    } finally {
      this.#inWork--;
    }
  }

  get inWork(): number {
    return this.#inWork;
  }

  async earliestDue(): Promise<Instant | null> {
    const asked = await Promise.all(this.#due.map((earliest) => earliest()));
    const due = asked.filter((at) => at !== null);
    return due.length === 0 ? null : due.reduce((one, other) => (one < other ? one : other));
  }

  /** Records that are there and not read, as far as is known here. */
  knownLag(): number {
    return sum(this.#readers.map((reader) => reader.known()));
  }

  /** The same by the word of the broker; 1 where it does not answer. */
  async askedLag(): Promise<number> {
    return sum(await Promise.all(this.#readers.map((reader) => reader.asked().catch(() => 1))));
  }

  async counters(): Promise<Record<string, number>> {
    const figures = await Promise.all(this.#counters.map(async (read) => await read()));
    return Object.assign({}, ...figures) as Record<string, number>;
  }
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
