import type { EventDefinition, Fact, TopicName } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import type { Envelope, RawRecord } from './codec.ts';
import { decodeEnvelope, decodeFact } from './codec.ts';
import { HandlerRefused, PermanentFailure } from './failures.ts';
import { FactContext, patternOf } from './on-event.ts';
import type { SqlTransaction } from './sql.ts';

/** A handler as the strategy found it. */
export interface FactHandler {
  readonly definition: EventDefinition;
  handle(fact: Fact, context: FactContext): Promise<unknown>;
}

/** A record that decoded and somebody handles. */
export interface ReadFact {
  readonly envelope: Envelope;
  handle(tx: SqlTransaction, redriven: boolean): Promise<void>;
}

/** The handlers of a service, and the types that it reads past. */
export class FactHandlers {
  readonly #handlers: ReadonlyMap<string, FactHandler>;
  readonly #ignored: ReadonlySet<string>;

  constructor(handlers: readonly FactHandler[], ignore: Partial<Record<TopicName, readonly string[]>>) {
    this.#handlers = new Map(handlers.map((each) => [patternOf(each.definition.topic, each.definition.type), each]));
    this.#ignored = new Set(
      Object.entries(ignore).flatMap(([topic, types]) => types.map((type) => patternOf(topic, type))),
    );
    for (const pattern of this.#ignored)
      if (this.#handlers.has(pattern)) throw new Error(`${pattern} has a handler and is on the ignore list`);
  }

  /** The topics that have handlers. */
  get topics(): TopicName[] {
    return [...new Set([...this.#handlers.values()].map(({ definition }) => definition.topic))];
  }

  /**
   * Attributes, type, schema, in this order. `undefined` when the type is on the ignore list.
   * @throws PermanentFailure when it does not decode, or nobody knows its type or version.
   */
  read(record: RawRecord): ReadFact | undefined {
    const envelope = decodeEnvelope(record);
    const pattern = patternOf(record.topic, envelope.type);
    if (this.#ignored.has(pattern)) return undefined;
    const handler = this.#handlers.get(pattern);
    if (!handler) throw new PermanentFailure(`nobody here knows the type ${envelope.type.slice(0, 100)}`);
    const fact = decodeFact(handler.definition, envelope, record);
    return {
      envelope,
      async handle(tx, redriven) {
        const result = await handler.handle(fact, new FactContext(tx, record, redriven));
        if (isRefusal(result)) throw new HandlerRefused(result);
      },
    };
  }
}
