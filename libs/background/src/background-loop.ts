import { Logger } from '@nestjs/common';

export interface SweepOptions {
  /** What is swept, for the log. */
  readonly name: string;
  /** How long it rests when nobody wakes it. Default five seconds. */
  readonly everyMs?: number;
  /**
   * Nothing is swept while the doors are closed after a restore.
   * @rule RESTORE-DOORS-CLOSED
   */
  readonly doors?: { readonly closed: boolean };
}

/**
 * Work that PostgreSQL knows of, done in the background: at start, whenever somebody wakes it, and every few seconds
 * for what nobody told of. One run at a time; a wake during a run leads to another run after it. A run that fails is
 * retried at the next turn; the first of several failures in a row is logged.
 */
export class Sweep {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #options: SweepOptions;
  readonly #stop = new AbortController();
  #woken = Promise.withResolvers<void>();
  readonly #logger = new Logger('sweep');
  #loop: Promise<void> | undefined;
  #failing = false;

  /** @param work stops early when the signal is aborted; it finds its work itself, and again what it left. */
  constructor(work: (signal: AbortSignal) => Promise<void>, options: SweepOptions) {
    this.#work = work;
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** There is something to do. */
  wake(): void {
    this.#woken.resolve();
  }

  /** Ends after the run at hand, which is asked to be short. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { name, everyMs = 5_000 } = this.#options;
    while (!this.#stop.signal.aborted) {
      this.#woken = Promise.withResolvers();
      try {
        if (this.#options.doors?.closed !== true) await this.#work(this.#stop.signal);
        this.#failing = false;
      } catch (error) {
        if (!this.#failing)
          this.#logger.error({
            err: error,
            sweep: name,
            event: 'sweep-failed',
            message: 'a sweep failed and will be retried',
          });
        this.#failing = true;
      }
      await this.#rest(everyMs);
    }
  }

  async #rest(milliseconds: number): Promise<void> {
    const timer = setTimeout(() => this.wake(), milliseconds);
    await this.#woken.promise;
    clearTimeout(timer);
  }
}
