import { describe, expect, test } from '@jest/globals';
import { KnownSources, SourceRate, SystemClock, Unavailable, sourcesOf } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { HashPool, inSession } from '../hashing/hash-pool.ts';
import { makeSureNobodyIsAwaited } from '../persistence/forgotten.store.ts';
import type { Login } from '../persistence/login.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { FirstAccessKeys } from '../secrets/first-access-keys.ts';
import { IdentitySecrets } from '../secrets/identity-secrets.ts';
import { answerToFailure, trySecret } from './try-secret.ts';
import type { AccessParts } from './access-parts.ts';

const hashes = new HashPool({ cost: { memoryKib: 64, passes: 1 } });

/** A database whose one statement gives this row; a change of anything would fail. */
const saying = (row: object) => ({ $queryRaw: () => Promise.resolve([row]) }) as unknown as Tx;

/** What is heard by who shows a secret for an open box, while a fact about its holder is forgotten or none is. */
async function heard(secret: string, forgotten: boolean): Promise<string> {
  const hashed = await hashes.hash('gelsomino-in-fiore-7', inSession('anna'));
  const client = saying({
    holder: '0b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d',
    service: 'cec-pac',
    pin: null,
    pin_state: null,
    pin_hash: null,
    password_hash: hashed,
    enrolment: null,
    state: null,
    until: null,
    generation: null,
    given_at: null,
    password_lost: false,
    forgotten,
    holders_awaited: false,
  });
  const parts = {
    database: { client, transaction: () => Promise.reject(new Error('the attempt was settled')) },
    hashes,
    secrets: new IdentitySecrets(new FirstAccessKeys([Buffer.alloc(32, 1)])),
    policy: { attempts: 5, unfamiliarAttempts: 20, blockMs: 86_400_000, familiarMs: 90 * 86_400_000 },
    rate: new SourceRate({ burst: 5, perSecond: 1 }),
    known: new KnownSources(),
    system: new SystemClock(),
    patienceMs: 10_000,
  } as unknown as AccessParts;
  const attempt = {
    key: { kind: 'address', address: 'anna.bianchi@postacertificata.gov.it' },
    service: 'cec-pac',
    secret,
    door: 'imap',
    sources: sourcesOf('192.0.2.1'),
    at: parseInstant('2010-08-10T10:00:00Z'),
  } as const;
  const answer = await trySecret(parts, attempt, () => Promise.resolve('in')).catch(({ message }: Error) => message);
  return typeof answer === 'string' ? answer : answer.refused;
}

// @rule ACCESS-FORGOTTEN
describe('after a restore', () => {
  test.each(['gelsomino-in-fiore-7', 'sbagliata'])(
    'a holder of whom a fact is forgotten is asked to come back, whatever secret is shown (%s)',
    async (secret) => {
      expect(await heard(secret, true)).toBe('access/busy');
      expect(await heard(secret, false)).toBe('the attempt was settled');
    },
  );

  test('a name that nobody has, and a wrong secret, are answered "temporarily" until all holders are registered again', () => {
    const answers = (holdersAwaited: boolean) =>
      (['none', 'lost'] as const).map((kind) => {
        const login = { holdersAwaited } as Login;
        return answerToFailure({ credential: { kind }, login }).refused;
      });
    expect(answers(true)).toEqual(['access/busy', 'access/busy']);
    expect(answers(false)).toEqual(['access/denied', 'access/secret-lost']);
  });

  test('an id that nobody has is answered "temporarily" until all holders are registered again', async () => {
    await expect(makeSureNobodyIsAwaited(saying({ awaited: true }))).rejects.toBeInstanceOf(Unavailable);
    await expect(makeSureNobodyIsAwaited(saying({ awaited: false }))).resolves.toBeUndefined();
  });
});
