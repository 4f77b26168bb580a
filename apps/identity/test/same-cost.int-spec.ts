import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Client } from 'pg';
import { anna, announced, firstAccessPassword, firstPin, mario, signedIn } from './people.ts';
import { august, Stage } from './stage.ts';

// What a wrong secret costs must not tell whether somebody has the name: the same statements, hashes and facts.
const stage = new Stage();
const query = jest.spyOn(Client.prototype, 'query');

beforeAll(async () => {
  await stage.open(august);
  for (const who of [mario, anna]) await announced(stage, who);
  await firstAccessPassword(stage, await announced(stage, anna));
  const first = await signedIn(stage, mario.codiceFiscale, await firstPin(stage, mario.holder), '192.0.2.200');
  await stage.call('PUT', '/pin', { token: first.body.token, body: { pin: 'giallo42' } });
});

afterAll(async () => {
  query.mockRestore();
  await stage.end();
});

/** What the service has said to the database since it was last asked, without its own sweeps and the relay. */
function statements(): string[] {
  const said = query.mock.calls.map(([statement]: unknown[]) =>
    typeof statement === 'string' ? statement : (statement as { readonly text: string }).text,
  );
  query.mockClear();
  const ofAttempts = /access_account|FROM \(SELECT\) AS asked|INSERT INTO outbox/;
  // By which of its indexes a name is found differs by the kind of the name, not by who has it.
  return said.filter((text) => ofAttempts.test(text)).map((text) => text.replaceAll(/\s+/g, ' ').slice(0, 40));
}

async function costOf(user: string, secret: string, from: string) {
  statements();
  const hashes = async () => (await stage.rehearsalState()).counters['hashes.computed'] ?? 0;
  const before = await hashes();
  const { status, body } = await signedIn(stage, user, secret, from);
  return {
    status,
    type: body.type,
    hashes: (await hashes()) - before,
    statements: statements(),
  };
}

// @rule ACCESS-SAME-TIME
test.each([
  ['an address with an unspent announcement', anna.userId, 'nessuno@postacertificata.gov.it'],
  ['an address with a PIN that its holder chose', mario.inpsAddress, 'nessuna@inpspec.gov.it'],
  ['a codice fiscale', mario.codiceFiscale, 'VRDGLI90E43Z112U'],
])(
  '%s costs what a name costs that nobody has: at the first try, repeated, and blocked',
  async (kind, user, stranger) => {
    const from = `203.0.113.${kind.length}`;
    const tries = ['a', 'a', 'b', 'c', 'd', 'e', 'f', 'f'].map((secret) => `${secret} at ${kind}`);
    for (const secret of tries) {
      const ofHolder = await costOf(user, secret, from);
      expect(ofHolder).toEqual(await costOf(stranger, secret, from));
      expect(ofHolder.hashes).toBe(1);
      expect(ofHolder.statements.length).toBeGreaterThanOrEqual(4);
    }
    const { type } = await costOf(user, 'g', from);
    expect(type).toBe('access/blocked');
  },
);
