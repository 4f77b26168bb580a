import { expect, test } from '@jest/globals';
import { appendedAt } from './appended-at.ts';

const header = (name: string, value: string): [string, Buffer] => [name, Buffer.from(value)];
const timestamp = Date.parse('2026-05-01T00:00:00Z');
// Made at 2010-08-02T12:00:00.000Z.
const id = header('ce_id', '012a32ac-3200-7000-8000-000000000001');

test('the instant of the append is the one that the record states', () => {
  const headers = [id, header('ce_appendedat', '2011-01-01T00:00:00.000Z')];
  expect(appendedAt({ headers, timestamp })).toBe(Date.parse('2011-01-01T00:00:00Z'));
});

test('without a statement it is the time in the id, and without one there that of the broker', () => {
  expect(appendedAt({ headers: [id], timestamp })).toBe(Date.parse('2010-08-02T12:00:00Z'));
  const random = header('ce_id', 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6');
  expect(appendedAt({ headers: [random], timestamp })).toBe(timestamp);
  expect(appendedAt({ headers: [header('ce_appendedat', 'soon')], timestamp })).toBe(timestamp);
});
