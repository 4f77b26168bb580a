import { expect, test } from '@jest/globals';
import { namedIn } from './named-ids.ts';

const bytes = (data: object) => Buffer.from(JSON.stringify(data));
const holder = 'e7813ab2-9c9c-85bc-86cb-40c5bf165603';

test('a reading names the ids of its fields and of the address that was asked for, each once', () => {
  const subject = `/holders/${holder.toUpperCase()}?after=7a0c0001-0000-4000-8000-000000000000`;
  expect(namedIn(bytes({ holder, subject, purpose: 'è in linea' }))).toEqual([
    holder,
    '7a0c0001-0000-4000-8000-000000000000',
  ]);
});

test('a reading by a filter that is no id names nobody', () => {
  expect(namedIn(bytes({ subject: '/holders?name=rossi', purpose: 'e7813ab2' }))).toEqual([]);
  expect(namedIn(null)).toEqual([]);
});
