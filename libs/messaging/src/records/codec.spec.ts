import { describe, expect, test } from '@jest/globals';
import { event } from '@recapito/contracts';
import { instant, parseInstant } from '@recapito/primitives';
import * as fc from 'fast-check';
import { z } from 'zod';
import type { OutgoingFact, RawRecord } from './codec.ts';
import { decodeEnvelope, decodeFact, encodeData, headersOf, largestRecord } from './codec.ts';
import { PermanentFailure } from '../dead-letters/failures.ts';

const moved = event(
  'migration.moves.v1',
  'spec-moved',
  z.object({ holder: z.string(), nested: z.array(z.object({ at: z.number(), note: z.string().nullable() })) }),
);

const outgoing: OutgoingFact = {
  id: '01a2018b-1d2c-70f6-aaec-5df96dabbbc8',
  topic: 'migration.moves.v1',
  type: 'spec-moved',
  version: 1,
  key: 'k',
  sequence: 7,
  time: parseInstant('2010-09-15T21:59:59.999Z'),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

function record(headers: Readonly<Record<string, string>>, value: string | null, key: string | null = 'k'): RawRecord {
  return {
    topic: 'migration.moves.v1',
    partition: 3,
    offset: '12',
    timestamp: 1_800_000_000_000,
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
  };
}

const sound = headersOf(outgoing);

describe('a fact on the wire', () => {
  test('is read as it was written, whatever its key, time, sequence and data', () => {
    const facts = fc.record({
      key: fc.string({ minLength: 1, unit: 'grapheme' }),
      sequence: fc.integer({ min: 1, max: 1e15 - 1 }),
      epoch: fc.integer({ min: 0, max: 1e15 - 1 }),
      time: fc.integer({ min: Date.UTC(1000, 0), max: Date.UTC(9999, 0) }),
      data: fc.record({
        holder: fc.string({ unit: 'binary' }),
        nested: fc.array(fc.record({ at: fc.integer(), note: fc.option(fc.string({ unit: 'grapheme' })) }), {
          maxLength: 5,
        }),
      }),
    });
    fc.assert(
      fc.property(facts, ({ key, sequence, epoch, time, data }) => {
        const fact = { ...outgoing, key, sequence, epoch, time: instant(time) };
        const read = record(headersOf(fact), encodeData(moved, key, data), key);
        const envelope = decodeEnvelope(read);
        expect(decodeFact(moved, envelope, read)).toEqual({
          id: outgoing.id,
          source: 'migration',
          topic: 'migration.moves.v1',
          type: 'spec-moved',
          version: 1,
          key,
          sequence,
          epoch,
          time,
          data,
        });
      }),
    );
  });

  test('names its epoch only when that is above 0; a record without one has epoch 0', () => {
    expect(sound['ce_epoch']).toBeUndefined();
    expect(headersOf({ ...outgoing, epoch: '0' })).toEqual(sound);
    expect(headersOf({ ...outgoing, epoch: 1_280_750_400_000 })['ce_epoch']).toBe('1280750400000');
    expect(decodeEnvelope(record(sound, '{}')).epoch).toBe(0);
    expect(() => decodeEnvelope(record({ ...sound, ce_epoch: '-1' }, '{}'))).toThrow(
      'the header ce_epoch is malformed',
    );
  });

  test('never decodes into anything but a fact or a permanent failure', () => {
    const names = [...Object.keys(sound), 'other'];
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.string(), fc.constantFrom(...Object.values(sound)))),
        fc.option(fc.uint8Array()),
        (headers, value) => {
          const read = { ...record({ ...sound, ...headers }, ''), value: value === null ? null : Buffer.from(value) };
          try {
            decodeFact(moved, decodeEnvelope(read), read);
          } catch (error) {
            expect(error).toBeInstanceOf(PermanentFailure);
          }
        },
      ),
    );
  });

  test.each([
    'ce_specversion',
    'ce_id',
    'ce_source',
    'ce_type',
    'ce_dataschema',
    'ce_time',
    'ce_sequence',
    'content-type',
  ])('without %s is no fact', (name) => {
    const { [name]: _, ...rest } = sound;
    expect(() => decodeEnvelope(record(rest, '{}'))).toThrow(`the header ${name} is missing`);
  });

  test.each([
    ['ce_specversion', '0.3'],
    ['ce_id', '12'],
    ['ce_id', '01A2018B-1D2C-70F6-AAEC-5DF96DABBBC8'],
    ['ce_dataschema', 'urn:recapito:migration.moves.v1:spec-moved:0'],
    ['ce_time', '2010-09-15 21:59'],
    ['ce_sequence', '-1'],
    ['ce_sequence', '1.5'],
    ['content-type', 'application/cloudevents+json'],
  ])('with %s "%s" is no fact', (name, value) => {
    expect(() => decodeEnvelope(record({ ...sound, [name]: value }, '{}'))).toThrow(`the header ${name} is malformed`);
  });

  // @rule MESSAGING-OWN-WRITER
  test('in the name of another service than the one that writes the topic is none', () => {
    expect(() => decodeEnvelope(record({ ...sound, ce_source: 'identity' }, '{}'))).toThrow(
      'the source is not the writer of the topic migration.moves.v1',
    );
  });

  test.each([
    ['a NUL in the key', { key: Buffer.from('a\0b') }],
    ['a key that is no UTF-8', { key: Buffer.from([0x61, 0xff]) }],
    ['a NUL in the type', { ce_type: Buffer.from('it.recapito.migration.moves.a\0b') }],
    ['a source that is no UTF-8', { ce_source: Buffer.from([0xc3]) }],
    ['an instant of the year 0', { ce_time: Buffer.from('0000-12-31T23:59:59Z') }],
    ['an instant that falls into the year 0 in UTC', { ce_time: Buffer.from('0001-01-01T00:00:00+01:00') }],
    ['an instant that falls into the year 10000 in UTC', { ce_time: Buffer.from('9999-12-31T23:59:59-01:00') }],
  ])('with %s, which no database of ours can hold, is none', (_, changed: Readonly<Record<string, Buffer>>) => {
    const { key = Buffer.from('k'), ...headers } = changed;
    const all = Object.entries(sound).map(([name, text]): [string, Buffer] => [
      name,
      headers[name] ?? Buffer.from(text),
    ]);
    expect(() => decodeEnvelope({ ...record(sound, '{}'), key, headers: all })).toThrow(PermanentFailure);
  });

  test('without key is no fact, and without value has no data', () => {
    expect(() => decodeEnvelope(record(sound, '{}', null))).toThrow('the record has no key');
    const empty = record(sound, null);
    expect(() => decodeFact(moved, decodeEnvelope(empty), empty)).toThrow('the record has no value');
  });

  test('may lack the traceparent: then a new trace begins', () => {
    const { traceparent: _, ...rest } = sound;
    expect(decodeEnvelope(record(rest, '{}')).traceparent).toBeUndefined();
  });

  test('says where it breaks its contract and never with what', () => {
    const read = record(sound, JSON.stringify({ holder: 'RSSMRA80A01H501U', nested: [{ at: 'Mario', note: null }] }));
    const decode = () => decodeFact(moved, decodeEnvelope(read), read);
    expect(decode).toThrow(/nested\.0\.at \(invalid_type\)/);
    expect(decode).not.toThrow(/Mario|RSSMRA/);
  });

  test('is refused when the whole record would be over 512 KiB, key and headers counted', () => {
    const fitting = largestRecord - 2_000;
    const data = (length: number) => ({ holder: 'x'.repeat(length), nested: [] });
    expect(encodeData(moved, 'k', data(fitting))).toHaveLength(fitting + '{"holder":"","nested":[]}'.length);
    expect(() => encodeData(moved, 'k', data(largestRecord - 500))).toThrow(RangeError);
    expect(() => encodeData(moved, 'k'.repeat(2_000), data(fitting))).toThrow(RangeError);
    // Bytes, not characters.
    expect(() => encodeData(moved, 'k', { holder: 'è'.repeat(300_000), nested: [] })).toThrow(RangeError);
  });
});
