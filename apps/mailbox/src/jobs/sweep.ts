import { Logger } from '@nestjs/common';

/**
 * Work that is done again and again, never twice at once: each pass looks whether there is something to do, so nothing
 * is lost when nobody wakes it. A pass that fails is told in the log, once until one succeeds again.
 */
export class Sweep {
  readonly #logger: Logger;
  readonly #everyMs: number;
  readonly #pass: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();
  #stopped = false;
  #failing = false;

  /**
   * @param name what the log calls it.
   * @param everyMs pause between two passes, in system milliseconds.
   */
  constructor(name: string, everyMs: number, pass: () => Promise<void>) {
    this.#logger = new Logger(name);
    this.#everyMs = everyMs;
    this.#pass = pass;
  }

  start(): void {
    this.#current = this.#run();
  }

  /** Resolves when the pass in hand has ended; there will be no other. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#current;
  }

  async #run(): Promise<void> {
    try {
      await this.#pass();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#logger.error('a pass failed', error instanceof Error ? error.stack : String(error));
      this.#failing = true;
    }
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.start(), this.#everyMs);
  }
}
