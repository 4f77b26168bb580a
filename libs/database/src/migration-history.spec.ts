import { describe, expect, test } from '@jest/globals';
import { compareHistory } from './migration-history.ts';

const first = { name: '20260101000000_create-holders', sql: 'CREATE TABLE holder ();\n' };
const second = { name: '20260201000000_add-locks', sql: 'CREATE TABLE lock ();\n' };
/** `printf 'CREATE TABLE holder ();\n' | sha256sum` */
const firstSum = '7a03f944d7ac4ce6aeca8cdca03ead17040e5d81a512970081f71c11ebc8289e';

describe('a database compared with a folder of migrations', () => {
  test('that was never migrated has all of them pending', () => {
    expect(compareHistory([first, second], [])).toEqual({
      applied: [],
      pending: [first.name, second.name],
      edited: [],
      failed: [],
      unknown: [],
    });
  });

  test('that has the first has the second pending', () => {
    const rows = [{ name: first.name, checksum: firstSum, finished: true }];
    expect(compareHistory([first, second], rows)).toMatchObject({
      applied: [first.name],
      pending: [second.name],
      edited: [],
    });
  });

  test('shows a migration whose script was changed after it was applied', () => {
    const rows = [{ name: first.name, checksum: firstSum, finished: true }];
    const changed = { ...first, sql: 'CREATE TABLE holder (id int);\n' };
    expect(compareHistory([changed], rows)).toMatchObject({ applied: [first.name], edited: [first.name] });
  });

  test('shows a migration that was begun and not ended, and does not offer it again', () => {
    const rows = [{ name: first.name, checksum: firstSum, finished: false }];
    expect(compareHistory([first], rows)).toMatchObject({ applied: [], pending: [], failed: [first.name] });
  });

  test('shows a migration of a newer version', () => {
    const rows = [{ name: '20270101000000_from-tomorrow', checksum: 'x', finished: true }];
    expect(compareHistory([first], rows)).toMatchObject({
      unknown: ['20270101000000_from-tomorrow'],
      pending: [first.name],
    });
  });
});
