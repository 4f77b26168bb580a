import { expect, test } from '@jest/globals';
import { doubtedReceiptIn } from './doubted-receipt.ts';

const type = 'it.recapito.certified-mail.messages.receipt-doubted';
const doubted = {
  identificativo: 'pec1.20100802090000.00001@inpspec.gov.it',
  msgid: null,
  mittente: 'pec.cittadini@inpspec.gov.it',
  destinatari: [{ indirizzo: 'anna.bianchi@postacertificata.gov.it', tipo: 'certificato' }],
  oggetto: null,
  gestore: 'Gestore Esempio S.p.A.',
  messageId: 'altro.1@posta.altrogestore.example',
  tipo: 'avvenuta-consegna',
  firmatario: 'Altro Gestore S.p.A.',
  messaggio: 'pec1.20100802090000.00001@inpspec.gov.it',
  riguarda: ['anna.bianchi@postacertificata.gov.it'],
  motivo: 'receipt/not-owed',
};
const bytes = (value: object) => Buffer.from(JSON.stringify(value));

// @rule FINDING-DOUBTED-RECEIPT
test('a receipt that was doubted is found in its record', () => {
  expect(doubtedReceiptIn(type, bytes(doubted))).toEqual(doubted);
});

test.each([
  ['of another kind', 'it.recapito.certified-mail.messages.message-delivered', bytes(doubted)],
  ['without a value', type, null],
  ['that cannot be read', type, Buffer.from('{')],
  ['that lacks what it is about', type, bytes({ ...doubted, messaggio: undefined })],
])('nothing is found in a record %s', (_, of, value) => {
  expect(doubtedReceiptIn(of, value)).toBeNull();
});
