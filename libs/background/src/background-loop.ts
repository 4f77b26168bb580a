import { Logger } from '@nestjs/common';

/** How long to rest until the next run, in milliseconds; without a number, as long as the loop's options say. */
export type Rest = number | void;

export interface LoopOptions {
  /** What is done, for the log. */
  readonly name: string;
  /** How long it rests when nobody wakes it. Default five seconds. */
  readonly everyMs?: number;
  /** How long it rests before the first run; none when left out. */
  readonly firstAfterMs?: number;
  /** How long it rests after so many failures in a row; `everyMs` when left out. */
  readonly retryMs?: (failures: number) => number;
  /** Called at each failure instead of a line in the log at the first of several in a row. */
  readonly onFailure?: (error: unknown, failures: number) => void | Promise<void>;
  /**
   * Nothing is done while the doors are closed after a restore.
   * @rule RESTORE-DOORS-CLOSED
   */
  readonly doors?: { readonly closed: boolean };
}

/**
 * Work done in the background: at start, whenever somebody wakes it, and every few seconds for what nobody told of. One
 * run at a time; a wake during a run leads to another run after it. A run that fails is tried again later. A rest keeps no
 * process alive: one whose start has failed ends.
 */
export class BackgroundLoop {
  readonly #work: (signal: AbortSignal) => Promise<Rest> | Rest;
  readonly #options: LoopOptions;
  readonly #stop = new AbortController();
  #woken = Promise.withResolvers<void>();
  readonly #logger = new Logger('sweep');
  #loop: Promise<void> | undefined;
  #failures = 0;

  /** @param work stops early when the signal is aborted; it finds its work itself, and again what it left. */
  constructor(work: (signal: AbortSignal) => Promise<Rest> | Rest, options: LoopOptions) {
    this.#work = work;
    this.#options = options;
  }

  /** Begins; returns at once. A second call does nothing. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** There is something to do: the rest at hand ends. Bound, so that it can be given to whoever tells of work. */
  readonly wake = (): void => {
    this.#woken.resolve();
  };

  /** Ends after the run at hand, which is asked to be short. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    await this.#rest(this.#options.firstAfterMs ?? 0);
    while (!this.#stop.signal.aborted) {
      this.#woken = Promise.withResolvers();
      await this.#rest(await this.#attempt());
    }
  }

  /** @returns how long to rest */
  async #attempt(): Promise<number> {
    const { everyMs = 5_000, retryMs, doors } = this.#options;
    try {
      const rest = doors?.closed === true ? everyMs : await this.#work(this.#stop.signal);
      this.#failures = 0;
      return rest ?? everyMs;
    } catch (error) {
      this.#failures += 1;
      await this.#tell(error);
      return retryMs?.(this.#failures) ?? everyMs;
    }
  }

  async #tell(error: unknown): Promise<void> {
    const { name, onFailure } = this.#options;
    if (onFailure !== undefined) await onFailure(error, this.#failures);
    else if (this.#failures === 1)
      this.#logger.error({
        err: error,
        sweep: name,
        event: 'sweep-failed',
        message: 'a sweep failed and will be retried',
      });
  }

  async #rest(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    const timer = setTimeout(this.wake, milliseconds).unref();
    await this.#woken.promise;
    clearTimeout(timer);
  }
}
