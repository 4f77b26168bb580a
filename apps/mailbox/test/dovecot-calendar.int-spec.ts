import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { calendarCases } from '@recapito/capability/cases';
import { parseInstant } from '@recapito/primitives';
import type { House } from './house.ts';
import { openHouse } from './house.ts';
import { LineClient } from './private-dovecot.ts';
import { Stage } from './stage.ts';
import { eventually } from '@recapito/testing';

const stage = new Stage();
let house: House;

const addresses = { 'cec-pac': 'mario.rossi@postacertificata.gov.it', 'inps-trial': 'rssmra80a01h501u@inpspec.gov.it' };

/** The clock of a rehearsal never goes back, so the table is walked in the order of its instants. */
const openings = calendarCases
  .filter(({ verb }) => verb === 'open-mailbox')
  .toSorted((one, other) => parseInstant(one.at) - parseInstant(other.at));

/** How much fits into the box of PostaCertificat@, as a mail client sees it, by phase. */
const sizes = new Map<string | null, string | undefined>();

const beginningOfP2 = '2015-03-17T23:00:00.000Z';
let acrossP2 = '';

/** Enters the box of PostaCertificat@ and changes something there, at the instant that the clock shows. */
async function livingSession(): Promise<LineClient> {
  const imap = await LineClient.open(house.dovecot.ports.imaps);
  expect(await imap.imap('d', `LOGIN ${addresses['cec-pac']} right`)).toMatch(/^d OK/m);
  expect(await imap.imap('e', 'APPEND INBOX {15+}\r\nSubject: a\r\n\r\nb')).toMatch(/^e OK/m);
  return imap;
}

/** Waits until mailbox has done what a boundary asks of it, as the driver of a rehearsal does. */
async function boundaryDone(at: string): Promise<void> {
  await eventually(async () => {
    const state = await stage.rehearsalState();
    return state.earliestDue === null || state.earliestDue > parseInstant(at);
  });
}

const deletions = calendarCases.filter(({ verb }) => verb === 'delete-message');

beforeAll(async () => {
  house = await openHouse(stage, parseInstant('2009-10-01T00:00:00Z'));
  for (const service of ['cec-pac', 'inps-trial'] as const)
    await stage.box({ address: addresses[service], service, state: 'active' });
});

afterAll(() => stage.end());

describe('a log-in at Dovecot follows the calendar, against the table typed from the notices', () => {
  test('which asks at the same instants for both services', () => {
    expect(openings).toHaveLength(25);
  });

  test.each(openings)(
    '$service at $at ($phase) by IMAP and POP3: $allowed',
    async ({ service, at, phase, allowed, rule }) => {
      const { dovecot } = house;
      const living = at === beginningOfP2 && service === 'cec-pac' ? await livingSession() : undefined;
      await stage.setClock(parseInstant(at));
      await boundaryDone(at);
      if (living !== undefined) {
        acrossP2 = await living.imap('f', 'APPEND INBOX {15+}\r\nSubject: c\r\n\r\nd');
        living.close();
      }
      const imap = await LineClient.open(dovecot.ports.imaps);
      const pop3 = await LineClient.open(dovecot.ports.pop3s);
      const entered = await imap.imap('a', `LOGIN ${addresses[service]} right`);
      await pop3.pop3(`USER ${addresses[service]}`);
      const opened = await pop3.pop3('PASS right');
      if (allowed) {
        expect(entered).toMatch(/^a OK /m);
        expect(opened).toMatch(/^\+OK /);
        const level = deletions.find((row) => row.service === service && row.at === at)?.allowed;
        expect(await imap.imap('b', 'SELECT INBOX')).toMatch(level ? /b OK \[READ-WRITE\]/ : /b OK \[READ-ONLY\]/);
        if (service === 'cec-pac')
          sizes.set(phase, /STORAGE \d+ (\d+)/.exec(await imap.imap('c', 'GETQUOTAROOT INBOX'))?.[1]);
      } else {
        expect(entered).toMatch(new RegExp(`^a NO \\[CONTACTADMIN\\] [^"]+ \\(${rule}\\)$`, 'm'));
        expect(opened).toMatch(new RegExp(`^-ERR \\[AUTH\\] [^"]+ \\(${rule}\\)$`));
      }
      imap.close();
      pop3.close();
    },
  );

  test('and a session that lives through the boundary may only read from its next command on', () => {
    expect(acrossP2).toMatch(/^f NO \[NOPERM\]/m);
  });

  test('and the box takes a tenth more while its holder may no longer empty it and it still receives', () => {
    // 250 MiB in units of 1,024 bytes; the phases are those of PostaCertificat@.
    expect(Object.fromEntries(sizes)).toEqual({ P0: '256000', P1: '256000', P2: '281600', P3: '256000' });
  });

  test('no row of a box has changed for it', async () => {
    const boxes = await house.mailbox.platform.database?.client.mailbox.findMany({
      where: { address: { in: Object.values(addresses) } },
    });
    expect(boxes?.map(({ state }) => state)).toEqual(['active', 'active']);
  });
});

describe('after the service is over', () => {
  test('no hash is spent on a log-in, and a name that nobody has hears the same', async () => {
    const asked = house.identity.asked.length;
    for (const name of [addresses['inps-trial'], 'nobody@inpspec.gov.it', 'XXXXXX00X00X000X']) {
      const imap = await LineClient.open(house.dovecot.ports.imaps);
      expect(await imap.imap('a', `LOGIN ${name} whatever`)).toMatch(/\(INPS-END-OPEN\)$/m);
      imap.close();
    }
    expect(house.identity.asked.length).toBe(asked);
  });
});
