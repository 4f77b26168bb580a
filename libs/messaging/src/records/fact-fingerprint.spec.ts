import { describe, expect, test } from '@jest/globals';
import { factFingerprint } from './fact-fingerprint.ts';

type Headers = readonly (readonly [string, string])[];

const appended: Headers = [
  ['ce_specversion', '1.0'],
  ['ce_id', '01a20251-6447-7e68-9262-8d0ae3faa3a2'],
  ['ce_type', 'it.recapito.migration.moves.move-planned'],
  ['ce_dataschema', 'urn:recapito:migration.moves.v1:move-planned:1'],
  ['ce_time', '2010-08-02T07:00:00.000Z'],
  ['ce_sequence', '3'],
  ['ce_epoch', '1796000000000'],
  ['ce_appendedat', '2026-11-22T08:13:38.248Z'],
];

function print(headers: Headers, more: { key?: string; value?: string | null } = {}): string {
  const { key = 'anna', value = '{"a":1}' } = more;
  const bytes = headers.map(([name, text]) => [name, Buffer.from(text)] as const);
  return factFingerprint({
    key: Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: bytes,
  }).toString('hex');
}

const changed = (name: string, text: string): Headers =>
  appended.map(([each, before]) => [each, each === name ? text : before] as const);

// @rule MESSAGING-FINGERPRINT
describe('two records are the same fact', () => {
  test('when a relay or a release has added headers, or has put them in another order', () => {
    const added: Headers = [['traceparent', '00-1-2-01'], ['x-new', '1'], ...appended.toReversed()];
    expect(print(added)).toBe(print(appended));
  });

  test('when the names of the headers differ in case only', () => {
    expect(print(appended.map(([name, text]) => [name.toUpperCase(), text]))).toBe(print(appended));
  });
});

// @rule MESSAGING-FINGERPRINT
describe('two records are different facts', () => {
  test.each([
    ['id', 'ce_id', '01a20251-6447-7e68-9262-8d0ae3faa3a3'],
    ['type', 'ce_type', 'it.recapito.migration.moves.move-lapsed'],
    ['version', 'ce_dataschema', 'urn:recapito:migration.moves.v1:move-planned:2'],
    ['sequence', 'ce_sequence', '4'],
    ['time', 'ce_time', '2010-08-02T07:00:00.001Z'],
    ['epoch', 'ce_epoch', '1796000000001'],
    ['append instant', 'ce_appendedat', '2026-11-22T08:13:38.249Z'],
  ])('by their %s', (_, name, text) => {
    expect(print(changed(name, text))).not.toBe(print(appended));
  });

  test('by their key, by their value, and by whether there is a value', () => {
    const prints = [
      print(appended),
      print(appended, { key: 'mario' }),
      print(appended, { value: '{"a":2}' }),
      print(appended, { value: '' }),
      print(appended, { value: null }),
    ];
    expect(new Set(prints).size).toBe(5);
  });

  test('when one of them has a second value of a header that readers use', () => {
    expect(print([...appended, ['ce_sequence', '9']])).not.toBe(print(appended));
    expect(print([['CE_SEQUENCE', '9'], ...appended])).not.toBe(print(appended));
  });

  test('when bytes move from one part to the next', () => {
    const key = 'a';
    expect(print([], { key, value: 'bc' })).not.toBe(print([], { key: 'ab', value: 'c' }));
  });
});

test('a record of a row from before there were epochs keeps its fingerprint for ever', () => {
  const old = appended.filter(([name]) => name !== 'ce_epoch' && name !== 'ce_appendedat');
  expect(print(old)).toBe('03460cf4d753981be9aad4cbf561235ddec5ce9e4382b24effb0c76cbd6e6859');
});

test('a record without key, value or headers has a fingerprint too', () => {
  expect(factFingerprint({ key: null, value: null, headers: [] })).toHaveLength(32);
});
