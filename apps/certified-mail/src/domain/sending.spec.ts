import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compileCalendar, serviceCalendar } from '@recapito/capability';
import type { MailboxState } from '@recapito/capability';
import { parseInstant } from '@recapito/primitives';
import type { KnownBox } from './box.ts';
import { judgeAddressees, judgeSender } from './sending.ts';

function calendarOf(service: string) {
  const file = new URL(`../../../../programmes/services/${service}.json`, import.meta.url);
  return compileCalendar(serviceCalendar.parse(JSON.parse(readFileSync(file, 'utf8'))));
}

const calendars = { 'inps-trial': calendarOf('inps-trial'), 'cec-pac': calendarOf('cec-pac') };
const held = (service: keyof typeof calendars, state: MailboxState): KnownBox => ({
  kind: 'holder',
  state,
  calendar: calendars[service],
});
const inAugust = parseInstant('2010-08-02T07:00:00Z');

describe('whoever sends', () => {
  // @rule SUBMISSION-SENDER
  test.each([
    ['a holder of an active box', held('cec-pac', 'active'), inAugust, null],
    [
      'a service of the suite, from its address in the programme',
      { kind: 'own', use: 'sender' } as const,
      inAugust,
      null,
    ],
    ['a box that is kept for somebody and not open yet', held('cec-pac', 'reserved'), inAugust, 'BOX-RESERVED'],
    ['the old box after the switch', held('inps-trial', 'read-only'), inAugust, 'BOX-READ-ONLY'],
    ['a service mailbox', { kind: 'own', use: 'receipts' } as const, inAugust, 'SUBMISSION-SENDER'],
    ['the box of a public body', { kind: 'own', use: 'body' } as const, inAugust, null],
    ['nobody', undefined, inAugust, 'SUBMISSION-SENDER'],
    [
      'a holder in the last millisecond of INPS',
      held('inps-trial', 'active'),
      parseInstant('2010-09-15T21:59:59.999Z'),
      null,
    ],
    [
      'a holder at the bound of INPS',
      held('inps-trial', 'active'),
      parseInstant('2010-09-15T22:00:00Z'),
      'INPS-END-SEND',
    ],
    [
      'a citizen when CEC-PAC only receives',
      held('cec-pac', 'active'),
      parseInstant('2015-03-17T23:00:00Z'),
      'CECPAC-P2-SEND',
    ],
  ])('%s is judged by box and calendar', (_, box, at, rule) => {
    expect(judgeSender(box, at)?.rule ?? null).toBe(rule);
  });
});

describe('whom one may write to', () => {
  const body = { address: 'protocollo@pec.comune.example', party: 'pa', provider: 'Enti' } as const;
  const citizen = { address: 'anna@postacertificata.gov.it', party: 'pec', provider: 'Poste' } as const;
  const friend = { address: 'zia@posta.example', party: 'ordinary', provider: null } as const;

  // @rule CIRCUIT-ADDRESS-NAMED
  test('from a closed circuit only public bodies, and every other address is named', () => {
    const refusals = judgeAddressees(held('cec-pac', 'active'), [body, citizen, friend], inAugust);
    expect(refusals.map(({ rule, details }) => [rule, details])).toEqual([
      ['CIRCUIT-ADDRESS-NAMED', { address: citizen.address, because: 'CIRCUIT-SEND' }],
      ['CIRCUIT-ADDRESS-NAMED', { address: friend.address, because: 'CIRCUIT-SEND' }],
    ]);
    for (const { words } of refusals) expect(words.it).not.toBe(words.en);
    expect(refusals[0]?.words.it).toContain(citizen.address);
  });

  // @rule SUBMISSION-ROUTE
  test('from an address of the provider, everybody whom a provider answers for', () => {
    const refusals = judgeAddressees({ kind: 'own', use: 'sender' }, [body, citizen, friend], inAugust);
    expect(refusals.map(({ rule, details }) => [rule, details])).toEqual([
      ['SUBMISSION-ROUTE', { address: friend.address }],
    ]);
  });
});
