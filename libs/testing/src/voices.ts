import { suiteClockKey, suiteClockSet, topics } from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import { DirectPublisher } from '@recapito/messaging';
import { serviceLogger } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { servers } from './servers.ts';
import { SpokenDirectory } from './spoken-directory.ts';

/** The other services of a suite, as far as one that is on the stage can hear them. */
export class Voices {
  readonly #namespace: string;
  readonly #publishers = new Map<string, DirectPublisher>();
  readonly #directory = new SpokenDirectory();
  #settings = 0;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** Says a fact as the service that writes its topic. @returns the fact's id. */
  async say<Data>(
    definition: EventDefinition<Data>,
    key: string,
    data: Data,
    time: Instant,
    sequence = 1,
  ): Promise<string> {
    this.#directory.note(definition, key, data, sequence);
    return this.#as(topics[definition.topic].writer).publish(definition, { key, sequence, time, data });
  }

  /** Says what the directory holds by all that was said in it, as mailbox does at intervals. */
  async sayCensus(time: Instant): Promise<void> {
    await this.#directory.sayCensus((definition, key, data, sequence) =>
      this.say(definition, key, data, time, sequence),
    );
  }

  /** Sets the suite clock, as the driver of a rehearsal does. */
  async setClock(at: Instant): Promise<void> {
    this.#settings += 1;
    const data = { instant: at, rate: 0 as const, since: instant(Date.now()) };
    await this.say(suiteClockSet, suiteClockKey, data, at, this.#settings);
  }

  async close(): Promise<void> {
    for (const publisher of this.#publishers.values()) await publisher.close();
  }

  #as(service: string): DirectPublisher {
    let publisher = this.#publishers.get(service);
    if (publisher === undefined) {
      const logger = serviceLogger(service, 'silent');
      const connection = { brokers: servers().kafkaBrokers, namespace: this.#namespace };
      publisher = new DirectPublisher({ service, logger, ...connection });
      this.#publishers.set(service, publisher);
    }
    return publisher;
  }
}
