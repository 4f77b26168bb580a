import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compileCalendar, serviceCalendar } from '@recapito/capability';
import { after, parseInstant, reasonLine } from '@recapito/primitives';
import type { KnownBox } from './box.ts';
import { failureOfStore, judgeEnvelope, judgeReceipt, takesNoAnomaly } from './receiving.ts';

const file = new URL('../../../../programmes/services/inps-trial.json', import.meta.url);
const calendar = compileCalendar(serviceCalendar.parse(JSON.parse(readFileSync(file, 'utf8'))));
const active: KnownBox = { kind: 'holder', state: 'active', calendar };
const lastMillisecond = parseInstant('2010-09-15T21:59:59.999Z');
const bound = parseInstant('2010-09-15T22:00:00Z');
const hour = 3_600_000;

// @rule RECEIVE-ONCE
describe('an envelope at the incoming point', () => {
  test.each([
    ['a body writes to an open box', active, 'pa', lastMillisecond, null],
    ['the box has closed by its calendar', active, 'pa', bound, '5.2.1 - Poste - casella non abilitata alla ricezione'],
    ['there is no such box', undefined, 'pa', lastMillisecond, '5.1.1 - Poste - indirizzo non valido'],
    [
      'it is for a service mailbox',
      { kind: 'own', use: 'receipts' },
      'pa',
      lastMillisecond,
      '5.2.1 - Poste - casella di servizio',
    ],
    ['a citizen writes to a body', { kind: 'own', use: 'body' }, 'pec', bound, null],
  ] as const)('when %s', (_, box, party, at, told) => {
    expect(judgeEnvelope(box, party, at, 'Poste')?.erroreEsteso ?? null).toBe(told);
  });

  test.each(['pec', 'ordinary'] as const)(
    'from a sender outside the circuit (%s) is refused with the reason',
    (party) => {
      const failure = judgeEnvelope(active, party, lastMillisecond, 'Poste');
      expect(failure?.errore).toBe('altro');
      expect(failure?.erroreEsteso).toMatch(/^5\.7\.1 - Poste - .*pubbliche amministrazioni/);
    },
  );
});

describe('a receipt for a box', () => {
  test.each([
    ['23 h 59 min after its last message, though the box has closed', lastMillisecond, 24 * hour - 60_000, null],
    ['24 h after its last message', lastMillisecond, 24 * hour, 'BOX-RECEIPTS-24H'],
    ['that never sent', null, 0, 'BOX-RECEIPTS-24H'],
  ])('%s', (_, lastSentAt, later, rule) => {
    const refusal = judgeReceipt(active, 'avvenuta-consegna', lastSentAt, after(lastMillisecond, later));
    expect(refusal?.rule ?? null).toBe(rule);
  });

  test('that sent long ago takes a late receipt as long as it receives at all', () => {
    const sentAt = after(lastMillisecond, -30 * hour);
    expect(judgeReceipt(active, 'avvenuta-consegna', sentAt, lastMillisecond)).toBeNull();
    expect(judgeReceipt(active, 'avvenuta-consegna', sentAt, bound)?.rule).toBe('BOX-RECEIPTS-24H');
  });

  // @rule SERVICE-MAILBOX
  test.each([
    ['receipts', 'presa-in-carico', null],
    ['receipts', 'rilevazione-virus', null],
    ['receipts', 'avvenuta-consegna', 'SERVICE-MAILBOX'],
    ['sender', 'avvenuta-consegna', null],
    ['sender', 'errore-consegna', null],
    ['sender', 'presa-in-carico', 'SERVICE-MAILBOX'],
    ['body', 'avvenuta-consegna', null],
  ] as const)('of the provider (%s) that brings %s', (use, tipo, rule) => {
    expect(judgeReceipt({ kind: 'own', use }, tipo, null, bound)?.rule ?? null).toBe(rule);
  });

  test('that does not exist', () => {
    expect(judgeReceipt(undefined, 'avvenuta-consegna', lastMillisecond, bound)?.rule).toBe('SERVICE-MAILBOX');
  });
});

test('a peer hears which check an anomaly failed, once its message has come', () => {
  expect(reasonLine(takesNoAnomaly('Il messaggio è stato alterato dopo la firma.'))).toBe(
    "La casella non riceve messaggi non certificati da questo mittente. Non e' certificato: Il messaggio e' stato alterato dopo la firma. (INCOMING-ANOMALY)",
  );
});

describe('a permanent no of the mail store', () => {
  test.each([
    ['5.1.1', { errore: 'no-dest', erroreEsteso: '5.1.1 - Poste - indirizzo non valido' }],
    ['5.2.2', { errore: 'altro', erroreEsteso: '5.2.2 - Poste - casella piena' }],
    ['5.3.4', { errore: 'altro', erroreEsteso: '5.3.4 - Poste - casella non disponibile' }],
  ])('%s is told to the sender as the law names it', (code, failure) => {
    expect(failureOfStore(code, 'Poste')).toEqual(failure);
  });
});
