import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { sha256 } from '../sealing/sha256.ts';
import { headerBytes, leafOf, readHeaders, wholeFingerprint } from './leaf.ts';
import type { TraceRecord } from './leaf.ts';
import { treeHash } from './merkle-tree.ts';

const hash = treeHash(sha256);
/** Bytes from hex digits, grouped by spaces for the eye. */
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

const record: TraceRecord = {
  topic: 'identity.holders.v1',
  partition: 3,
  offset: 258,
  key: bytes('h'),
  headers: [
    ['ce_id', bytes('0')],
    ['x', null],
  ],
  value: bytes('{}'),
};
const entry = { salt: new Uint8Array(16).fill(0x5a), day: '2010-08-02', record };

// @rule TRACE-LEAF
describe('the leaf of an entry', () => {
  test('is made of these bytes, in this order', () => {
    const preimage = Buffer.concat([
      Buffer.alloc(16, 0x5a),
      hex('00000013'),
      Buffer.from('identity.holders.v1'),
      hex('00000001 68'),
      hex('00000002'),
      hex('00000005 63655f6964 00000001 30'),
      hex('00000001 78 ffffffff'),
      hex('00000002 7b7d'),
      hex('0000000a'),
      Buffer.from('2010-08-02'),
      hex('00000003 0000000000000102'),
    ]);
    const commitment = createHash('sha256').update(preimage).digest();
    const leaf = createHash('sha256')
      .update(Buffer.concat([hex('0001'), commitment]))
      .digest('hex');
    expect(Buffer.from(leafOf(hash, sha256, entry)).toString('hex')).toBe(leaf);
  });

  test.each<[string, typeof entry]>([
    ['salt', { ...entry, salt: new Uint8Array(16).fill(0x5b) }],
    ['day', { ...entry, day: '2010-08-03' }],
    ['topic', { ...entry, record: { ...record, topic: 'identity.holders.v2' } }],
    ['partition', { ...entry, record: { ...record, partition: 4 } }],
    ['offset', { ...entry, record: { ...record, offset: 259 } }],
    ['key', { ...entry, record: { ...record, key: bytes('i') } }],
    ['absent key', { ...entry, record: { ...record, key: null } }],
    ['order of the headers', { ...entry, record: { ...record, headers: record.headers.toReversed() } }],
    [
      'name of a header',
      {
        ...entry,
        record: {
          ...record,
          headers: [
            ['ce_id', bytes('0')],
            ['y', null],
          ],
        },
      },
    ],
    [
      'value of a header',
      {
        ...entry,
        record: {
          ...record,
          headers: [
            ['ce_id', bytes('1')],
            ['x', null],
          ],
        },
      },
    ],
    ['value', { ...entry, record: { ...record, value: bytes('[]') } }],
    ['absent value', { ...entry, record: { ...record, value: null } }],
  ])('changes with its %s', (_, changed) => {
    expect(leafOf(hash, sha256, changed)).not.toEqual(leafOf(hash, sha256, entry));
  });

  test('an absent key and an empty one are two different entries', () => {
    const absent = leafOf(hash, sha256, { ...entry, record: { ...record, key: null } });
    const empty = leafOf(hash, sha256, { ...entry, record: { ...record, key: new Uint8Array(0) } });
    expect(absent).not.toEqual(empty);
  });

  test('moving a byte from the key to the next field makes another entry', () => {
    const one = leafOf(hash, sha256, { ...entry, record: { ...record, topic: 'ab', key: bytes('c'), headers: [] } });
    const other = leafOf(hash, sha256, { ...entry, record: { ...record, topic: 'a', key: bytes('bc'), headers: [] } });
    expect(one).not.toEqual(other);
  });
});

describe('the whole fingerprint of a record', () => {
  test('is the same wherever the record lies', () => {
    expect(wholeFingerprint(sha256, { ...record, partition: 0, offset: 0 })).toEqual(wholeFingerprint(sha256, record));
  });

  test('changes with what the record says', () => {
    expect(wholeFingerprint(sha256, { ...record, value: bytes('x') })).not.toEqual(wholeFingerprint(sha256, record));
  });
});

describe('headers as bytes', () => {
  test('come back as they went, whatever they are', () => {
    const headers = fc.array(
      fc.tuple(fc.string({ unit: 'grapheme' }), fc.option(fc.uint8Array({ maxLength: 30 }), { nil: null })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(headers, (given) => {
        const back = readHeaders(headerBytes(given)).map(([name, value]) => [name, value && new Uint8Array(value)]);
        expect(back).toEqual(given);
      }),
    );
  });
});
