import type { EventDefinition, Fact, TopicName } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import type { Envelope, RawRecord } from './codec.ts';
import { decodeEnvelope, decodeFact, unknownVersion } from './codec.ts';
import { HandlerRefused, PermanentFailure } from './failures.ts';
import { causeOf } from './kept-records.ts';
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
   * The causes, as patterns for LIKE, with which an earlier release keeps records that this one can read: of types, or
   * versions of them, that only this one knows. // DEAD-LETTER-NEW-TYPE
   */
  get known(): { readonly topic: string; readonly cause: string }[] {
    const kept = (words: string) => causeOf(new PermanentFailure(words), 'permanent').words;
    const handled = [...this.#handlers.values()].map(({ definition }) => definition);
    const types = [...new Set([...this.#handlers.keys(), ...this.#ignored])].map((pattern) => pattern.split('/'));
    return [
      ...types.map(([topic = '', type = '']) => ({ topic, cause: kept(unknownType(type)) })),
      ...handled.map(({ topic, type, version }) => ({ topic, cause: kept(unknownVersion(type, version, '%')) })),
    ];
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
    if (!handler) throw new PermanentFailure(unknownType(envelope.type)); // DEAD-LETTER-NEW-TYPE
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

/** Why a record is kept whose type this process does not know. */
function unknownType(type: string): string {
  return `nobody here knows the type ${type.slice(0, 100)}`;
}
