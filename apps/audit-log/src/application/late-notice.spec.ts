import { describe, expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { lateNoticeIn } from './late-notice.ts';

const passed = {
  identificativo: 'pec1.20150328200000.00001@inpspec.gov.it',
  msgid: null,
  mittente: 'pec.cittadini@inpspec.gov.it',
  destinatari: [{ indirizzo: 'anna.bianchi@postacertificata.gov.it', tipo: 'certificato' }],
  oggetto: 'Avviso',
  gestore: 'INPS - Gestore della posta elettronica certificata',
  messageId: 'pec1.20150329220000.00002@inpspec.gov.it',
  consegna: 'anna.bianchi@postacertificata.gov.it',
  limit: 'twenty-four-hours',
  dispatchedAt: instant(0),
  late: true,
};
const type = 'it.recapito.certified-mail.messages.time-limit-passed';
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

// @rule FINDING-LATE-NOTICE
describe('a record that tells of a time limit', () => {
  test('whose last notice left too late is a finding', () => {
    expect(lateNoticeIn(type, bytes(passed))).toEqual(passed);
  });

  test.each([
    ['whose notice left in time', type, bytes({ ...passed, late: false })],
    ['in a fact of another kind', 'it.recapito.certified-mail.messages.message-delivered', bytes(passed)],
    ['in words that nobody can read', type, new TextEncoder().encode('{"late": true')],
    ['in other words than its contract', type, bytes({ late: true })],
    ['and says nothing', type, null],
  ])('%s is none', (_, of, value) => {
    expect(lateNoticeIn(of, value)).toBeNull();
  });
});
