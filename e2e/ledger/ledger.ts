import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clockPublisher } from '../../tools/suite/first-clock.ts';
import type { Report } from '../../tools/rehearsal/report/report.ts';
import { Conductor } from '../../tools/rehearsal/conductor.ts';
import { SuiteServices } from '../../tools/rehearsal/suite-services.ts';
import type { Suite } from '../../tools/suite/suite.ts';
import { ClientWatch } from './client-watch.ts';
import { differences } from './compare.ts';
import { whatIsThere } from './what-is-there.ts';

/** Notes what clients see of a suite, and compares it in the end with all that the suite holds. */
export class Ledger {
  readonly #watch = new ClientWatch();

  /** How many letters clients have sent so far. */
  get letters(): number {
    return this.#watch.letters.size;
  }

  /** A client has read a message in a box. */
  noteRead(box: string, bytes: Buffer): void {
    this.#watch.read.push({ box, bytes });
  }

  /** The citizens of a campaign saved what they had read in their boxes. */
  noteSaved(savedFolder: string, { addresses }: Pick<Report, 'addresses'>): void {
    for (const { codiceFiscale, from, to } of addresses)
      for (const [name, box] of [
        ['annuncio.eml', from],
        ['benvenuto.eml', to],
      ] as const) {
        const file = join(savedFolder, codiceFiscale, name);
        if (box !== null && existsSync(file)) this.noteRead(box, readFileSync(file));
      }
  }

  /**
   * Waits until the suite is quiet and compares. Nothing more is noted afterwards.
   * @param folder that of the run
   * @param urls of every process, where a service has several
   * @returns one sentence for each difference
   */
  async close(suite: Suite, folder: string, urls = suite.urls): Promise<string[]> {
    this.end();
    const publisher = clockPublisher(suite.brokers);
    try {
      const services = new SuiteServices(urls, suite.operatorToken);
      await new Conductor({ services, publisher }).untilQuiet();
    } finally {
      await publisher.close();
    }
    return differences(this.#watch, await whatIsThere(suite, folder));
  }

  end(): void {
    this.#watch.end();
  }
}
