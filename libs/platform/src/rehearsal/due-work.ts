import type { Instant } from '@recapito/primitives';

/** The earliest instant at which something of a noun is due and not yet done; null when nothing is. */
export type EarliestDue = () => Promise<Instant | null>;

/** Figures that stand still when a service has nothing in hand, as `{ 'jobs.done': 12 }`. */
export type QuietCounters = () => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;

/**
 * What a service has still to do, told to the driver of a rehearsal: it moves the clock only to the earliest instant
 * at which somebody has something to do, and only when everybody is quiet.
 */
export class DueWork {
  readonly #due: EarliestDue[] = [];
  readonly #counters: QuietCounters[] = [];
  #inWork = 0;

  /** Adds a question about deadlines; each noun with deadlines asks its own table. */
  register(earliestDue: EarliestDue): void {
    this.#due.push(earliestDue);
  }

  /** Adds figures that must be seen twice alike before the service counts as quiet. */
  count(counters: QuietCounters): void {
    this.#counters.push(counters);
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

  async counters(): Promise<Record<string, number>> {
    const figures = await Promise.all(this.#counters.map(async (read) => await read()));
    return Object.assign({}, ...figures) as Record<string, number>;
  }
}
