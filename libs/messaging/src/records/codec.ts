import { isUtf8 } from 'node:buffer';
import type { EventDefinition, Fact, TopicName } from '@recapito/contracts';
import { topics } from '@recapito/contracts';
import { formatInstant, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { PermanentFailure } from '../dead-letters/failures.ts';

/**
 * CloudEvents 1.0 on Kafka, binary mode: the attributes are headers, the value is the data as JSON.
 *
 * | header | form |
 * |---|---|
 * | `ce_specversion` | `1.0` |
 * | `ce_id` | UUID |
 * | `ce_source` | the writing service, `migration` |
 * | `ce_type` | `it.recapito.<topic without its version>.<type>`: `it.recapito.migration.moves.move-planned` |
 * | `ce_dataschema` | `urn:recapito:<topic>:<type>:<version>` |
 * | `ce_time` | RFC 3339, UTC, milliseconds: the legal instant |
 * | `ce_subject` | the record key |
 * | `ce_sequence` | position in the life of the aggregate, decimal |
 * | `ce_epoch` | epoch of the writer's database when the fact was appended, decimal; left out when it is 0 |
 * | `ce_appendedat` | system time at which the fact was appended, RFC 3339, UTC, milliseconds; left out when the epoch is 0: a fact's id is a version 7 UUID and holds that time too |
 * | `content-type` | `application/json` |
 * | `traceparent` | W3C Trace Context |
 */
export type FactHeaders = Readonly<Record<string, string>>;

/** A record as the broker keeps it, with the topic's logical name. */
export interface RawRecord {
  readonly topic: TopicName;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** System milliseconds at which the record was produced. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** In the record's order. */
  readonly headers: readonly (readonly [name: string, value: Buffer])[];
}

/** The attributes that a record must have before anyone asks what its data mean. */
export interface Envelope extends Omit<Fact, 'data'> {
  readonly traceparent: string | undefined;
}

/** Records above this are refused when they are appended; the broker's own limit is twice as high. */
export const largestRecord = 512 * 1024;

/** The CloudEvents type of an event. */
export function cloudEventType(topic: TopicName, type: string): string {
  return `${typePrefix(topic)}${type}`;
}

function typePrefix(topic: TopicName): string {
  return `it.recapito.${topic.replace(/\.v\d+$/, '')}.`;
}

/** A fact on its way out: what `append` stored and the relay sends. */
export interface OutgoingFact {
  readonly id: string;
  readonly topic: TopicName;
  readonly type: string;
  readonly version: number;
  readonly key: string;
  readonly sequence: number | string;
  readonly time: Instant;
  readonly traceparent: string;
  /** Default 0. */
  readonly epoch?: number | string;
  /** System time at which the outbox took it. */
  readonly appendedAt?: Instant;
}

/**
 * The headers of a fact, in the order of the table above. A fact of epoch 0 has the headers that it had before there were
 * epochs, so that a relay of an earlier release and one of this release make the same record of it.
 */
export function headersOf(fact: OutgoingFact): FactHeaders {
  const epoch = String(fact.epoch ?? 0);
  return {
    ce_specversion: '1.0',
    ce_id: fact.id,
    ce_source: topics[fact.topic].writer,
    ce_type: cloudEventType(fact.topic, fact.type),
    ce_dataschema: `urn:recapito:${fact.topic}:${fact.type}:${fact.version}`,
    ce_time: formatInstant(fact.time),
    ce_subject: fact.key,
    ce_sequence: String(fact.sequence),
    ...(epoch !== '0' && { ce_epoch: epoch }),
    ...(epoch !== '0' && fact.appendedAt !== undefined && { ce_appendedat: formatInstant(fact.appendedAt) }),
    'content-type': 'application/json',
    traceparent: fact.traceparent,
  };
}

/**
 * The value of a record: the data as the definition's schema lets them through, so that a field that the contract does
 * not declare never leaves the service. @throws Error when the data break the schema or the record would be over 512 KiB.
 */
export function encodeData<Data>(definition: EventDefinition<Data>, key: string, data: Data): string {
  const parsed = definition.data.safeParse(data);
  if (!parsed.success)
    throw new TypeError(`${definition.topic} ${definition.type} breaks its own contract: ${parsed.error.message}`);
  const value = JSON.stringify(parsed.data);
  const size = Buffer.byteLength(value) + 2 * Buffer.byteLength(key) + headerAllowance;
  if (size > largestRecord)
    throw new RangeError(
      `${definition.topic} ${definition.type} of ${size} bytes is over the limit of ${largestRecord}`,
    );
  return value;
}

/** What the headers take beside the key; generous. */
const headerAllowance = 1024;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Reads the attributes. What no outbox can hold is malformed: text that is no UTF-8 or has a NUL, a year beyond 1 to 9999.
 * So whoever has read an envelope may put it into a database.
 * @throws PermanentFailure naming the first that is missing or malformed, never its value.
 * @rule MESSAGING-ANY-RECORD MESSAGING-OWN-WRITER
 */
export function decodeEnvelope(record: RawRecord): Envelope {
  const headers = new Map(record.headers.map(([name, value]) => [name.toLowerCase(), textOf(value)]));
  const text = (name: string, form?: RegExp): string => {
    const value = headers.get(name);
    if (value === undefined) throw new PermanentFailure(`the header ${name} is missing`);
    if (value === null || (form && !form.test(value))) throw new PermanentFailure(`the header ${name} is malformed`);
    return value;
  };
  if (record.key === null) throw new PermanentFailure('the record has no key');
  const key = textOf(record.key);
  if (key === null) throw new PermanentFailure('the key of the record is no text');
  text('ce_specversion', /^1\.0$/);
  text('content-type', /^application\/json\s*(;|$)/i);
  const type = text('ce_type');
  const source = text('ce_source');
  // Who may write the topic is the broker's to say; no writer speaks for another. @rule MESSAGING-OWN-WRITER
  if (source !== topics[record.topic].writer)
    throw new PermanentFailure(`the source is not the writer of the topic ${record.topic}`);
  const prefix = typePrefix(record.topic);
  if (!type.startsWith(prefix)) throw new PermanentFailure(`the type is none of the topic ${record.topic}`);
  return {
    id: text('ce_id', uuid),
    source,
    topic: record.topic,
    type: type.slice(prefix.length),
    version: Number(/:([1-9]\d{0,8})$/.exec(text('ce_dataschema', /^urn:recapito:.+:[1-9]\d{0,8}$/))?.[1]),
    key,
    sequence: Number(text('ce_sequence', /^\d{1,15}$/)),
    epoch: headers.has('ce_epoch') ? Number(text('ce_epoch', /^\d{1,15}$/)) : 0,
    time: timeOf(text('ce_time')),
    traceparent: headers.get('traceparent') ?? undefined,
  };
}

/** Text that a database can hold; null for bytes that are none. */
function textOf(bytes: Buffer): string | null {
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : null;
}

const earliest = Date.parse('0001-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

function timeOf(value: string): Instant {
  try {
    const time = parseInstant(value);
    if (time >= earliest && time <= latest) return time;
  } catch {
    // Said below.
  }
  throw new PermanentFailure('the header ce_time is malformed');
}

/** Reads the data by the definition. @throws PermanentFailure for another version, no JSON, or data that break the schema. */
export function decodeFact<Data>(definition: EventDefinition<Data>, envelope: Envelope, record: RawRecord): Fact<Data> {
  if (envelope.version !== definition.version)
    throw new PermanentFailure(unknownVersion(envelope.type, envelope.version, String(definition.version)));
  const parsed = definition.data.safeParse(jsonOf(record.value));
  if (!parsed.success) {
    const at = parsed.error.issues.map(({ path, code }) => `${path.map(String).join('.') || 'data'} (${code})`);
    throw new PermanentFailure(`${envelope.type} breaks its contract at ${at.slice(0, 5).join(', ')}`);
  }
  const { traceparent: _, ...attributes } = envelope;
  return { ...attributes, data: parsed.data };
}

function jsonOf(value: Buffer | null): unknown {
  if (value === null) throw new PermanentFailure('the record has no value');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value)) as unknown;
  } catch {
    throw new PermanentFailure('the value is no JSON');
  }
}

/** Why a record is kept whose version this process does not know. */
export function unknownVersion(type: string, version: number, known: string): string {
  return `${type} has version ${version}, ${known} is known here`;
}
