import { expect, test } from '@jest/globals';
import { readingDataOf } from './reading-data.ts';

test.each([
  [
    { kind: 'operator', caller: 'maria.bianchi', act: 'read-message', subject: '/messages/x', purpose: 'reclamo' },
    { caller: 'maria.bianchi', act: 'read-message', subject: '/messages/x', purpose: 'reclamo' },
  ],
  [
    { reader: 'notification', holder: 'h', what: 'contact', purpose: 'welcome' },
    { caller: 'notification', act: 'contact', subject: null, purpose: 'welcome' },
  ],
])('a reading says who, by which permission, what and why, in either form of the fact: %j', (data, expected) => {
  expect(readingDataOf(JSON.stringify(data))).toEqual(expected);
});

test.each(['', '{', '[]', 'null', '{"caller":1}'])('of what is no reading all is null: %s', (value) => {
  expect(readingDataOf(value)).toEqual({ caller: null, act: null, subject: null, purpose: null });
});
