import type { Suite } from '../tools/suite/suite.ts';

/** What befalls a suite, one thing after the other: the next begins when what fell over before stands again. */
export class Faults {
  readonly #suite: Suite;
  readonly #befallen: string[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(suite: Suite) {
    this.#suite = suite;
  }

  /** What has befallen so far and is over, in order. */
  get befallen(): readonly string[] {
    return this.#befallen;
  }

  /** Lets something happen as soon as all that came before is over. */
  befall(name: string, happen: () => Promise<void>): void {
    this.#last = this.#after(this.#last, name, happen);
    // Whoever waits for the end is told; until then nobody listens.
    this.#last.catch(() => undefined);
  }

  /** Takes the life of a service; over when the supervisor has it ready again. */
  killService(name: string): void {
    this.befall(`${name} killed`, async () => {
      const { signal } = await this.#suite.supervisor.kill(name, 'SIGKILL');
      if (signal !== 'SIGKILL') throw new Error(`${name} ended by ${signal}, not by the kill`);
      await this.#suite.supervisor.untilReady(name);
    });
  }

  /** Takes the life of a server and starts it with what it had written. */
  killServer(name: 'redis' | 'kafka'): void {
    this.befall(`${name} killed`, async () => {
      await this.#suite.servers.kill(name, 'SIGKILL');
      await this.#suite.servers.restart(name);
    });
  }

  /** Resolves when all that was to happen is over; rejects when something did not happen as it should. */
  async over(): Promise<void> {
    await this.#last;
  }

  async #after(last: Promise<void>, name: string, happen: () => Promise<void>): Promise<void> {
    await last;
    await happen();
    this.#befallen.push(name);
  }
}
