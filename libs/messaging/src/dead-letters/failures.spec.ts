import { describe, expect, test } from '@jest/globals';
import { refuse } from '@recapito/primitives';
import { classify, HandlerRefused, infrastructurePause, InfrastructureFailure, PermanentFailure } from './failures.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });
const named = (name: string) => Object.assign(new Error('x'), { name });

describe('a failure', () => {
  test.each([
    ['a record that can never be handled', new PermanentFailure('no')],
    ['a refusal of the handler', new HandlerRefused(refuse('spec/no', 'SPEC', { it: 'No, mai.', en: 'No, never.' }))],
    ['a permanent failure under another error', new Error('outer', { cause: new PermanentFailure('no') })],
  ])('is permanent: %s', (_, error) => expect(classify(error)).toBe('permanent'));

  test.each([
    ['what a handler declares', new InfrastructureFailure('away')],
    ['PostgreSQL: serialization failure', coded('40001')],
    ['PostgreSQL: deadlock', coded('40P01')],
    ['PostgreSQL: too many connections', coded('53300')],
    ['PostgreSQL: shutting down', coded('57P01')],
    ['PostgreSQL: starting up', coded('57P03')],
    ['PostgreSQL: statement time-out', coded('57014')],
    ['PostgreSQL: lock not available', coded('55P03')],
    ['PostgreSQL: connection failure', coded('08006')],
    ['PostgreSQL: disk full', coded('53100')],
    ['PostgreSQL: it may only be read, as a standby', coded('25006')],
    ['PostgreSQL: its file system is read-only', coded('58030')],
    ['a disk: full', coded('ENOSPC')],
    ['a disk: over its quota', coded('EDQUOT')],
    ['a disk: read-only', coded('EROFS')],
    ['a disk: it fails', coded('EIO')],
    ['pg: connection lost without a code', new Error('Connection terminated unexpectedly')],
    ['pg: pool exhausted', new Error('timeout exceeded when trying to connect')],
    ['Prisma: transaction expired', coded('P2028')],
    ['Prisma: write conflict', coded('P2034')],
    ['Prisma: raw query that hit a deadlock', Object.assign(coded('P2010'), { meta: { code: '40P01' } })],
    [
      'Prisma: raw query through the adapter that lost its server',
      Object.assign(coded('P2010'), { meta: { driverAdapterError: { cause: { kind: 'DatabaseNotReachable' } } } }),
    ],
    ['the network: refused', coded('ECONNREFUSED')],
    ['the network: reset, under another error', new Error('fetch failed', { cause: coded('ECONNRESET') })],
    ['several at once', new AggregateError([coded('ECONNREFUSED')])],
    ['a time-out', named('TimeoutError')],
    ['Redis: gave up reconnecting', named('MaxRetriesPerRequestError')],
    ['a breaker that is open', coded('EOPENBREAKER')],
    ['the broker', named('KafkaJSConnectionError')],
  ])('is of infrastructure: %s', (_, error) => expect(classify(error)).toBe('infrastructure'));

  test.each([
    ['a bug', new TypeError('x is undefined')],
    ['PostgreSQL: unique violation', coded('23505')],
    ['PostgreSQL: syntax error', coded('42601')],
    ['Prisma: unique violation', coded('P2002')],
    ['something that is no error', 'a string'],
    ['nothing', undefined],
  ])('is of unknown class: %s', (_, error) => expect(classify(error)).toBe('other'));

  test('whose causes form a ring is still sorted', () => {
    const [one, two] = [new Error('one'), new Error('two')];
    one.cause = two;
    two.cause = one;
    expect(classify(one)).toBe('other');
  });

  test('of infrastructure is waited for longer each time, and never longer than five seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 100].map(infrastructurePause)).toEqual([
      100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000,
    ]);
  });
});
