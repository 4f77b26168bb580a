import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { IdentityStandIn } from './identity-stand-in.ts';
import { LineClient, PrivateDovecot } from './private-dovecot.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
const identity = new IdentityStandIn();
const address = 'anna.verdi@postacertificata.gov.it';
let dovecot: PrivateDovecot;

beforeAll(async () => {
  const identityUrl = await identity.listen();
  await stage.setClock(parseInstant('2012-01-10T10:00:00Z'));
  const mailbox = await stage.mailbox({ RECAPITO_IDENTITY_URL: identityUrl });
  await stage.box({ address, service: 'cec-pac', state: 'active' });
  dovecot = await PrivateDovecot.withPorts(stage.store);
  await dovecot.start(mailbox.url, ['--clients', '40']);
});

afterAll(async () => {
  await dovecot.stop();
  await stage.end();
  identity.stop();
});

/** What a log-in hears, and after how many milliseconds. */
async function logIn(client: LineClient, secret: string): Promise<{ said: string; ms: number }> {
  const began = performance.now();
  const said = await client.imap('a', `LOGIN "${address}" "${secret}"`);
  return { said, ms: performance.now() - began };
}

describe('the doors of the mail store', () => {
  // @rule MAIL-STORE-LIMITS
  test('answer a wrong secret late, and meanwhile another client of the same address at once', async () => {
    const [guesser, holder] = [await LineClient.open(dovecot.ports.imaps), await LineClient.open(dovecot.ports.imaps)];
    const guess = logIn(guesser, 'wrong');
    const right = await logIn(holder, 'right');
    const wrong = await guess;
    expect(right.said).toMatch(/^a OK/m);
    expect(wrong.said).toMatch(/^a NO/m);
    expect(wrong.ms).toBeGreaterThanOrEqual(1_500);
    expect(right.ms).toBeLessThan(wrong.ms);
    for (const client of [guesser, holder]) client.close();
  });

  // @rule MAIL-STORE-LIMITS
  test('have room for who comes next though a hundred others hold on without logging in', async () => {
    const holder = await LineClient.open(dovecot.ports.imaps);
    expect((await logIn(holder, 'right')).said).toMatch(/^a OK/m);
    const crowd: LineClient[] = [];
    for (let nth = 0; nth < 100; nth += 1) crowd.push(await LineClient.open(dovecot.ports.imaps));
    const next = await LineClient.open(dovecot.ports.imaps);
    expect((await logIn(next, 'right')).said).toMatch(/^a OK/m);
    expect(crowd.filter(({ ended }) => ended).length).toBeGreaterThanOrEqual(60);
    expect(await holder.imap('b', 'NOOP')).toMatch(/^b OK/m);
    for (const client of [...crowd, holder, next]) client.close();
  });
});
