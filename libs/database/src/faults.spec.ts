import { describe, expect, test } from '@jest/globals';
import { isDatabaseAway, isWriteConflict } from './faults.ts';

/** An error as Prisma's adapter hands it on, whatever met the query. */
function ofPrisma(code: string, cause: object): Error {
  const driverAdapterError = { name: 'DriverAdapterError', cause };
  return Object.assign(new Error('Invalid `prisma.$queryRaw()` invocation'), { code, meta: { driverAdapterError } });
}

describe('the database is away', () => {
  test.each([
    ['a raw query whose connection was closed', ofPrisma('P2010', { kind: 'ConnectionClosed' })],
    ['a raw query that finds nobody', ofPrisma('P2010', { kind: 'DatabaseNotReachable', port: 5432 })],
    ['a server that is still recovering', ofPrisma('P2039', { kind: 'postgres', originalCode: '57P03' })],
    ['a server that ends its sessions', ofPrisma('P2010', { kind: 'postgres', code: '57P01' })],
    ['a server whose disk is full', ofPrisma('P2010', { kind: 'postgres', code: '53100' })],
    ['a server that may only be read', ofPrisma('P2010', { kind: 'postgres', code: '25006' })],
    ['a server whose file system is read-only', ofPrisma('P2010', { kind: 'postgres', code: '58030' })],
    ['a pool that gave up waiting', Object.assign(new Error('pool'), { code: 'P2024' })],
    ['a connection that the system refuses', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a connection that broke, in the words of pg', new Error('Connection terminated unexpectedly')],
    ['any of these as the cause of another', new Error('a pass failed', { cause: new Error('Connection terminated') })],
  ])('says %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  test.each([
    ['a row that is there already', ofPrisma('P2010', { kind: 'UniqueConstraintViolation', originalCode: '23505' })],
    ['a table that is none', ofPrisma('P2010', { kind: 'TableDoesNotExist', originalCode: '42P01' })],
    ['a fault of ours', new TypeError('x is not a function')],
    ['nothing', undefined],
  ])('%s does not say so', (_, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});

test('two transactions met, and this one may begin anew', () => {
  expect(isWriteConflict(ofPrisma('P2010', { kind: 'TransactionWriteConflict', originalCode: '40001' }))).toBe(true);
  expect(isWriteConflict(ofPrisma('P2010', { kind: 'postgres', code: '40P01' }))).toBe(true);
  expect(isWriteConflict(ofPrisma('P2010', { kind: 'ConnectionClosed' }))).toBe(false);
});
