import { eventsOf } from '@recapito/contracts';
import type { EventDefinition, Fact, TopicName } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import type { Envelope, RawRecord } from '../records/codec.ts';
import { decodeEnvelope, decodeFact, unknownVersion } from '../records/codec.ts';
import { HandlerRefused, PermanentFailure } from '../dead-letters/failures.ts';
import { causeOf } from '../dead-letters/kept-records.ts';
import { FactContext, patternOf } from './on-event.ts';
import type { SqlTransaction } from '../sql.ts';

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

/** The handlers of a service, and the events that it ignores. */
export class FactHandlers {
  readonly #handlers: ReadonlyMap<string, FactHandler>;
  readonly #ignored: ReadonlySet<string>;

  /**
   * @throws Error when an event is both handled and ignored, or when a topic that is read has events that are neither:
   * they would become dead letters one by one, and shut their keys.
   */
  constructor(handlers: readonly FactHandler[], ignore: readonly EventDefinition[]) {
    this.#handlers = new Map(handlers.map((each) => [nameOf(each.definition), each]));
    this.#ignored = new Set(ignore.map(nameOf));
    const twice = [...this.#ignored].filter((name) => this.#handlers.has(name));
    if (twice.length > 0) throw new Error(`handled and ignored: ${twice.join(', ')}`);
    const events = this.topics.flatMap(eventsOf).map(nameOf);
    const missing = events.filter((name) => !this.#handlers.has(name) && !this.#ignored.has(name));
    if (missing.length > 0) throw new Error(`neither handled nor ignored: ${missing.join(', ')}`); // @rule EVENTS-HANDLED
  }

  /** The topics that have handlers. */
  get topics(): TopicName[] {
    return [...new Set([...this.#handlers.values()].map(({ definition }) => definition.topic))];
  }

  /**
   * The causes, as patterns for LIKE, with which an earlier release keeps records that this one can read: of types, or
   * versions of them, that only this one knows.
   * @rule DEAD-LETTER-NEW-TYPE
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
    if (!handler) throw new PermanentFailure(unknownType(envelope.type)); // @rule DEAD-LETTER-NEW-TYPE
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

function nameOf({ topic, type }: EventDefinition): string {
  return patternOf(topic, type);
}

/** Why a record is kept whose type this process does not know. */
function unknownType(type: string): string {
  return `nobody here knows the type ${type.slice(0, 100)}`;
}
