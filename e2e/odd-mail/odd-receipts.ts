import { enclosed, refusedAt, taken } from './odd-arrival.ts';
import type { OddArrival, SignedMessage } from './odd-arrival.ts';
import { comune, provincia } from './odd-submission.ts';
import { before, byInps, changeData, entiReceipts, inHeader, receipt } from './signed-messages.ts';

function brought(
  what: string,
  signed: SignedMessage,
  outcome: OddArrival['outcome'],
  more: Partial<OddArrival> = {},
): OddArrival {
  return { what, mailFrom: `<${byInps}>`, rcptTo: [`<${comune}>`], signed, outcome, ...more };
}

const delivered = { ...taken, boxes: { [comune]: ['avvenuta-consegna'] } };
const doubted = { ...enclosed, boxes: { [comune]: ['errore'] }, onBehalfOf: byInps };

/** Receipts: whose they are, about what, and to whom. */
export const receipts: readonly OddArrival[] = [
  brought('a receipt about a message that was accepted elsewhere', receipt, delivered),
  brought('a receipt with the null reverse path', receipt, delivered, { mailFrom: '<>' }),
  brought('a receipt with another Subject', receipt, doubted, {
    changed: inHeader(/^Subject: .*$/m, 'Subject: CONSEGNA: Altro'),
  }),
  brought('a receipt with the mark of another kind', receipt, doubted, {
    changed: inHeader(/^X-Ricevuta: .*$/m, 'X-Ricevuta: accettazione'),
  }),
  brought('a receipt with a reference to another message', receipt, doubted, {
    changed: before('X-Riferimento-Message-ID: <altro@client.example>'),
  }),
  brought('a receipt with a second Content-Type', receipt, doubted, {
    changed: inHeader(/$/, '\r\nContent-Type: text/plain'),
  }),
  brought(
    'a receipt that is altered inside',
    receipt,
    { ...refusedAt('DATA', '554 5.7.1', 'INCOMING-INTACT'), boxes: { [comune]: [] } },
    { changed: changeData },
  ),
  brought(
    'a receipt about an id of ours that nobody accepted',
    { ...receipt, idDomain: 'gestore-enti.example' },
    doubted,
  ),
  brought(
    'a receipt about an id of ours that nobody accepted, with a dot at its end',
    { ...receipt, idDomain: 'gestore-enti.example.' },
    doubted,
  ),
  brought(
    'a receipt of a provider that does not answer for the recipient',
    { ...receipt, by: 'postacertificata' },
    { ...enclosed, boxes: { [comune]: ['errore'] }, onBehalfOf: 'posta-certificata@postacertificata.gov.it' },
    { mailFrom: '<posta-certificata@postacertificata.gov.it>' },
  ),
  brought(
    'a receipt for another box than that of its sender',
    receipt,
    { ...refusedAt('DATA', '550 5.7.1', 'RECEIPT-ADDRESSEE'), boxes: { [provincia]: [] } },
    { rcptTo: [`<${provincia}>`] },
  ),
  brought(
    'a receipt for its sender and another box',
    receipt,
    { ...taken, boxes: { [comune]: ['avvenuta-consegna'], [provincia]: [] } },
    { rcptTo: [`<${comune}>`, `<${provincia}>`] },
  ),
  brought(
    'a receipt for the service mailbox, which takes none of this kind',
    receipt,
    { ...refusedAt('DATA', '550 5.7.1', 'RECEIPT-ADDRESSEE'), boxes: { [entiReceipts]: [] } },
    { rcptTo: [`<${entiReceipts}>`] },
  ),
  brought(
    'a taking in charge for the service mailbox',
    { ...receipt, kind: 'presa-in-carico' },
    { ...taken, boxes: { [entiReceipts]: ['presa-in-carico'] } },
    { rcptTo: [`<${entiReceipts}>`] },
  ),
  brought(
    'a taking in charge for the sender, who never gets one',
    { ...receipt, kind: 'presa-in-carico' },
    { ...refusedAt('DATA', '550 5.7.1', 'RECEIPT-ADDRESSEE'), boxes: { [comune]: [] } },
  ),
];
