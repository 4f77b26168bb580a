import { eventsOf, partitions, topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { cloudEventType, headersOf } from '@recapito/messaging';
import { instant } from '@recapito/primitives';
import * as fc from 'fast-check';

/** A record that nobody who means well produces. */
export interface OddRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** A name may stand for several values, and a value may be missing, as Kafka allows. */
  readonly headers: Record<string, Buffer | null | (Buffer | null)[]>;
  readonly timestamp: string;
  readonly partition: number;
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const text = (value: string) => fc.constant(Buffer.from(value));

/** Most are of an ordinary size: what is huge is so often enough. */
const sometimesHuge = <Value>(ordinary: fc.Arbitrary<Value>, huge: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 30, arbitrary: ordinary }, { weight: 1, arbitrary: huge });

const key = sometimesHuge(
  fc.oneof(
    fc.constant(null),
    text(''),
    fc.string({ unit: 'grapheme', maxLength: 60 }).map((value) => Buffer.from(value)),
    text('base64:AA=='),
    text('a\0b'),
    bytes(40),
    text('k'.repeat(5_000)),
  ),
  text('è'.repeat(20_000)),
);

const value = sometimesHuge(
  fc.oneof(
    fc.constant(null),
    text(''),
    text('{}'),
    text('[]'),
    text('null'),
    text('{"__proto__":{"a":1},"constructor":1}'),
    text(`{"text":"${'\\u0000'.repeat(50)}"}`),
    fc.json().map((json) => Buffer.from(json)),
    bytes(200),
  ),
  fc.oneof(text('['.repeat(20_000)), text('x'.repeat(100_000)), text('y'.repeat(600_000))),
);

const times = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-01:00',
  '-271821-04-20T00:00:00Z',
  '2010-02-30T00:00:00Z',
];

const oddHeader = fc.oneof(
  fc.constant(null),
  text(''),
  text('\0'),
  text('9'.repeat(400)),
  bytes(30),
  text('h'.repeat(5_000)),
  fc.constantFrom(...times).map((time) => Buffer.from(time)),
  fc.constantFrom(...everyType()).map((type) => Buffer.from(type)),
  fc.tuple(bytes(4), fc.constant(null), bytes(4)),
);

/** Records under one id that differ, and in a long run whole repetitions. */
const repeatedIds = ['01a2018b-1d2c-70f6-aaec-5df96dabbbc8', '01a2018b-1d2c-70f6-aaec-5df96dabbbc9'];

// The broker itself refuses instants in the future.
const timestamps = ['0', '1', '1262304000000'];

/** Odd records for a topic: no field at all is right in some, one is wrong in others, all are right but the data in some. */
export function oddRecords(topic: TopicName, count: number, seed: number): OddRecord[] {
  const type = fc.oneof(fc.constantFrom('spec-odd', ...typesOf(topic)), fc.string({ maxLength: 20 }));
  const formed = fc
    .record({
      id: fc.oneof({ weight: 9, arbitrary: fc.uuid() }, fc.constantFrom(...repeatedIds)),
      type,
      odd: fc.dictionary(fc.constantFrom(...names), oddHeader),
    })
    .map(({ id, type: name, odd }): OddRecord['headers'] => ({
      ...bufferOf(headersOf({ ...plain, id, topic, type: name })),
      ...odd,
    }));
  const shapeless = fc.dictionary(fc.string({ maxLength: 12 }), oddHeader);
  const headers = fc.oneof({ weight: 4, arbitrary: formed }, { weight: 1, arbitrary: shapeless });
  const timestamp = fc.oneof(
    { weight: 4, arbitrary: fc.constant(String(Date.now())) },
    { weight: 1, arbitrary: fc.constantFrom(...timestamps) },
  );
  // The broker itself refuses a record without a key on a compacted topic.
  const keys = topics[topic].compacted ? key.filter((bytes) => bytes !== null) : key;
  const partition = fc.nat(partitions - 1);
  return fc.sample(fc.record({ key: keys, value, headers, timestamp, partition }), { numRuns: count, seed });
}

function typesOf(topic: TopicName): string[] {
  return eventsOf(topic).map(({ type }) => type);
}

/** The types of all topics, as they stand in a record. */
function everyType(): string[] {
  const names = Object.keys(topics) as TopicName[];
  return names.flatMap((topic) => typesOf(topic).map((type) => cloudEventType(topic, type)));
}

const plain = {
  version: 1,
  key: 'odd',
  sequence: 1,
  time: instant(0),
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
const names = [...Object.keys(headersOf({ ...plain, id: '', topic: 'suite.clock.v1', type: '' })), 'x-null'];

function bufferOf(headers: Readonly<Record<string, string>>): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]));
}
