import { topicsWrittenBy } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { openRepublication, republish } from '@recapito/messaging';
import type { Relay, Republication } from '@recapito/messaging';
import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { Database } from '@recapito/database';

/** A topic that is published again, and how many of its facts will be sent once more. */
export interface Republished {
  readonly topic: TopicName;
  readonly facts: number;
}

/** Publishes topics of a service again from its outbox, for topics that the broker has lost. */
export class OwnRepublication {
  readonly #own: readonly TopicName[];
  readonly #database: Pick<Database, 'transaction' | 'client'>;
  readonly #relay: Pick<Relay, 'nudge'>;

  constructor(service: string, database: Pick<Database, 'transaction' | 'client'>, relay: Pick<Relay, 'nudge'>) {
    this.#own = topicsWrittenBy(service);
    this.#database = database;
    this.#relay = relay;
  }

  /**
   * Has facts sent once more, with their ids and epochs, all topics in one transaction.
   * @param topic all topics of the service when undefined
   * Refusal: `republish/not-own-topic`.
   */
  async start(topic?: string): Promise<readonly Republished[] | Refusal<'republish/not-own-topic'>> {
    const chosen = this.#own.filter((name) => topic === undefined || name === topic);
    if (chosen.length === 0) return notOwn(topic ?? '');
    const republished = await this.#database.transaction(async (tx) => {
      const each: Republished[] = [];
      for (const name of chosen) each.push({ topic: name, facts: await republish(tx, name) });
      return each;
    });
    this.#relay.nudge();
    return republished;
  }

  /** What is being published again now. */
  async state(): Promise<Republication> {
    return openRepublication(this.#database.client);
  }
}

function notOwn(topic: string): Refusal<'republish/not-own-topic'> {
  return refuse(
    'republish/not-own-topic',
    'REPUBLISH-CLAIMED', // @rule REPUBLISH-CLAIMED
    {
      it: 'Questo servizio non scrive su un topic con questo nome.',
      en: 'This service writes to no topic of this name.',
    },
    { topic },
  );
}
