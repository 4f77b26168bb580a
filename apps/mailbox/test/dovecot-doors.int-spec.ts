import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mailboxStates } from '@recapito/capability';
import { stateCases } from '@recapito/capability/cases';
import { parseInstant } from '@recapito/primitives';
import { createTransport } from 'nodemailer';
import type { House } from './house.ts';
import { openHouse } from './house.ts';
import { LineClient } from './private-dovecot.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
let house: House;

const at = parseInstant('2012-01-10T10:00:00Z');
const addressIn = (state: string): string => `in.${state}@postacertificata.gov.it`;
const active = addressIn('active');
const readOnly = addressIn('read-only');

beforeAll(async () => {
  house = await openHouse(stage, at);
  for (const state of mailboxStates) await stage.box({ address: addressIn(state), service: 'cec-pac', state });
});

afterAll(() => stage.end());

async function logIn(name: string, secret: string): Promise<string> {
  const imap = await LineClient.open(house.dovecot.ports.imaps);
  const answer = await imap.imap('a', `LOGIN "${name}" "${secret}"`);
  imap.close();
  return answer;
}

const message = (id: string, text = 'ciao'): string => `Message-ID: <${id}>\r\nSubject: prova\r\n\r\n${text}\r\n`;

/** The address by which certified-mail names a delivery to a box. */
function delivery(to: string, id: string): string {
  const at = to.lastIndexOf('@');
  return `"${to.slice(0, at)}:${id}"${to.slice(at)}`;
}

/** Hands a message over by LMTP; what Dovecot answers for the recipient. */
async function deliver(to: string, raw: string): Promise<string> {
  const lmtp = createTransport({ host: '127.0.0.1', port: house.dovecot.ports.lmtp, lmtp: true, ignoreTLS: true });
  try {
    const { accepted, rejectedErrors } = await lmtp.sendMail({ envelope: { from: 'ente@pec.example', to: [to] }, raw });
    return accepted.length === 1
      ? 'stored'
      : String((rejectedErrors?.[0] as { response?: string } | undefined)?.response);
  } catch (error) {
    return (error as { response?: string }).response ?? String(error);
  } finally {
    lmtp.close();
  }
}

/** Every message of a box with its flags and the hash of its bytes, as a mail client reads them. */
async function contentOf(address: string): Promise<string[]> {
  const client = house.dovecot.imap(address, 'right');
  await client.connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  const found: string[] = [];
  for await (const { uid, flags, source } of client.fetch('1:*', { uid: true, flags: true, source: true })) {
    const hash = createHash('sha256')
      .update(source ?? '')
      .digest('hex');
    found.push(`${uid} ${[...(flags ?? [])].filter((flag) => flag !== '\\Recent').join()} ${hash}`);
  }
  await client.logout();
  return found;
}

describe('who gets in', () => {
  const cases = stateCases.filter((row) => row.verb === 'open-mailbox' && row.state !== null);

  // @rule GATE-TOKEN
  test.each(cases)('with the right password, a box that is $state: $allowed', async ({ state, allowed }) => {
    const answer = await logIn(addressIn(String(state)), 'right');
    if (allowed) expect(answer).toMatch(/^a OK/m);
    else expect(answer).toMatch(/^a NO \[CONTACTADMIN\] .+ \(BOX-[A-Z-]+\)$/m);
  });

  test('a wrong password hears the same whatever the box, and whether there is one', async () => {
    const answers = new Set<string>();
    for (const name of [active, addressIn('suspended'), addressIn('deleted'), 'nobody@postacertificata.gov.it'])
      answers.add(await logIn(name, 'wrong'));
    expect([...answers]).toEqual(['a NO [AUTHENTICATIONFAILED] Authentication failed.']);
  });

  test('a name that nobody has is not let in by any password, and is asked of identity by its name', async () => {
    expect(await logIn('nobody@postacertificata.gov.it', 'right')).toMatch(/AUTHENTICATIONFAILED/);
    expect(house.identity.asked.at(-1)).toEqual({
      address: 'nobody@postacertificata.gov.it',
      service: 'cec-pac',
      secret: 'right',
      door: 'imap',
    });
  });

  test('a secret reaches identity as it was typed, quotes, backslashes and accents included, with the client’s address', async () => {
    await logIn(active, 'pa\\"ss\\\\ò{}');
    expect(house.identity.asked.at(-1)).toMatchObject({ secret: 'pa"ss\\ò{}' });
    expect(house.identity.clients.at(-1)).toBe('127.0.0.1');
  });

  test('a first PIN that is right and opens no box hears what to do', async () => {
    expect(await logIn(active, 'first pin')).toContain(
      '[CONTACTADMIN] Il primo PIN va cambiato prima di aprire la casella. (PIN-FIRST-CHANGE)',
    );
  });

  test('who tried too often hears until when', async () => {
    expect(await logIn(active, 'too often')).toMatch(
      /\[CONTACTADMIN\] .*2010-08-03 11:30 \(ora di Roma\)\. \(HOLDER-BLOCKED\)/,
    );
  });

  test('the boxes of the provider open for no mail client', async () => {
    const asked = house.identity.asked.length;
    expect(await logIn('ricevute@postacertificata.gov.it', 'right')).toMatch(/AUTHENTICATIONFAILED/);
    expect(house.identity.asked).toHaveLength(asked);
  });
});

describe('while something is away', () => {
  test('identity crowded: the client is asked to come back, not for another password', async () => {
    expect(await logIn(active, 'crowded')).toMatch(/^a NO \[UNAVAILABLE\]/m);
  });

  test('identity silent: Dovecot has its answer within three seconds, and its client that of whoever fails, two seconds later', async () => {
    const before = performance.now();
    expect(await logIn(active, 'silence')).toMatch(/^a NO \[UNAVAILABLE\]/m);
    expect(performance.now() - before).toBeLessThan(6_000);
  });
});

describe('a box that only reads', () => {
  test('keeps its bytes and its flags, whatever a mail client tries and whatever it is answered', async () => {
    for (const id of ['one@x.example', 'two@x.example']) expect(await deliver(readOnly, message(id))).toBe('stored');
    const before = await contentOf(readOnly);
    expect(before).toHaveLength(2);
    const imap = await LineClient.open(house.dovecot.ports.imaps);
    await imap.imap('a', `LOGIN ${readOnly} right`);
    expect(await imap.imap('b', 'SELECT INBOX')).toMatch(/^b OK \[READ-ONLY\]/m);
    expect(await imap.imap('c', 'APPEND INBOX {15+}\r\nSubject: a\r\n\r\nb')).toMatch(/^c NO/m);
    expect(await imap.imap('d', 'COPY 1 INBOX')).toMatch(/^d NO/m);
    expect(await imap.imap('e', 'CREATE Altra')).toMatch(/^e NO/m);
    expect(await imap.imap('f', 'MOVE 1 INBOX')).toMatch(/^f NO/m);
    expect(await imap.imap('g', 'SETACL INBOX anyone lrwstipekxa')).toMatch(/^g BAD/m);
    await imap.imap('h', 'STORE 1:2 +FLAGS (\\Seen \\Deleted \\Flagged)');
    await imap.imap('i', 'EXPUNGE');
    await imap.imap('j', 'CLOSE');
    imap.close();
    const pop3 = await LineClient.open(house.dovecot.ports.pop3s);
    await pop3.pop3(`USER ${readOnly}`);
    expect(await pop3.pop3('PASS right')).toMatch(/^\+OK/);
    await pop3.pop3('DELE 1');
    expect(await pop3.pop3('QUIT')).toMatch(/^-ERR \[SYS\/PERM\]/);
    pop3.close();
    expect(await contentOf(readOnly)).toEqual(before);
  });
});

describe('a delivery by LMTP', () => {
  test('is stored once however often it is tried, and two that bear one Message-ID are stored both', async () => {
    const ids = ['0a', '0b', '0c'].map((id) => id.repeat(16));
    const put = (id: string) => deliver(delivery(active, id), message('sempre.lo.stesso@x.example', id));
    await Promise.all([...ids, ...ids, ...ids.slice(0, 2)].map(put));
    for (const id of ids) expect(await put(id)).toBe('stored');
    expect(await contentOf(active)).toHaveLength(3);
  });

  test('to an address with a plus reaches that box and no other', async () => {
    const plus = active.replace('@', '+protocollo@');
    expect(await deliver(delivery(plus, '0d'.repeat(16)), message('piu@x.example'))).toMatch(/^550 5\.1\.1/);
    await stage.box({ address: plus, service: 'cec-pac', state: 'active' });
    expect(await deliver(delivery(plus, '0d'.repeat(16)), message('piu@x.example'))).toBe('stored');
    expect(await contentOf(active)).toHaveLength(3);
    expect(await contentOf(plus)).toHaveLength(1);
  });

  test('keeps the bytes below the Return-Path line', async () => {
    const raw = message('bytes@x.example', 'riga con spazi in fondo   \r\n.\r\n\tdopo');
    await deliver(addressIn('receive-only'), raw);
    const client = house.dovecot.imap(addressIn('receive-only'), 'right');
    await client.connect();
    await client.mailboxOpen('INBOX', { readOnly: true });
    const found = await client.fetchOne('1', { source: true });
    await client.logout();
    expect(found && found.source?.toString()).toBe(`Return-Path: <ente@pec.example>\r\n${raw}`);
  });

  test('to an address that has no box is refused for good', async () => {
    expect(await deliver('nobody@postacertificata.gov.it', message('n@x.example'))).toMatch(/^550 5\.1\.1/);
  });

  test('reaches the service mailbox of a provider and a public body', async () => {
    expect(await deliver('ricevute@postacertificata.gov.it', message('r@x.example'))).toBe('stored');
    expect(await deliver('protocollo@pec.comune.borgovento.example', message('p@x.example'))).toBe('stored');
  });

  test('goes on while mailbox is away, and log-ins are asked to come back', async () => {
    const other = new Stage();
    try {
      const away = await openHouse(other, at);
      await other.box({ address: active, service: 'cec-pac', state: 'active' });
      await away.mailbox.stop();
      const imap = await LineClient.open(away.dovecot.ports.imaps);
      expect(await imap.imap('a', `LOGIN ${active} right`)).toMatch(/^a NO \[UNAVAILABLE\]/m);
      imap.close();
      const lmtp = createTransport({ host: '127.0.0.1', port: away.dovecot.ports.lmtp, lmtp: true, ignoreTLS: true });
      const envelope = { from: 'ente@pec.example', to: [active] };
      expect((await lmtp.sendMail({ envelope, raw: message('w@x.example') })).accepted).toEqual([active]);
      lmtp.close();
    } finally {
      await other.end();
    }
  });
});

test('Dovecot’s log holds no secret, and names an account only where a log-in could not be decided', () => {
  const lines = house.dovecot.log.split('\n');
  expect(lines.filter((line) => line.includes('imap-login')).length).toBeGreaterThan(10);
  expect(house.dovecot.log).not.toMatch(/right|first pin|pa"ss/);
  const named = lines.filter((line) => line.includes('@postacertificata.gov.it'));
  expect(named.filter((line) => !line.includes('the gate cannot say now'))).toEqual([]);
});
