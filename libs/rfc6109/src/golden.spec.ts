import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { after } from '@recapito/primitives';
import { at, message, postacert, receiver, sender, twoProviders } from '../test/example.ts';
import {
  acceptanceReceipt,
  anomalyEnvelope,
  deliveryReceipt,
  nonAcceptanceNotice,
  nonDeliveryNotice,
  seal,
  takingInChargeReceipt,
  timeLimitNotice,
  transportEnvelope,
  virusDetectionNotice,
  virusError,
  virusNonAcceptanceNotice,
  virusNonDeliveryNotice,
} from './index.ts';
import type { Emission, ProviderMessage } from './index.ts';

const hour = 3_600_000;

const accepting: Emission = {
  provider: sender,
  messageId: 'pec1.20140714093015.04712@posta.gestore.example',
  at,
};
const taking: Emission = {
  provider: receiver,
  messageId: 'altro.20140714093016.00077@posta.altrogestore.example',
  at: after(at, 1000),
};
const delivering: Emission = {
  provider: receiver,
  messageId: 'altro.20140714093017.00078@posta.altrogestore.example',
  at: after(at, 2000),
};
const warning: Emission = {
  provider: sender,
  messageId: 'pec1.20140714213015.04713@posta.gestore.example',
  at: after(at, 12 * hour),
};
const closing: Emission = {
  provider: sender,
  messageId: 'pec1.20140715083015.04714@posta.gestore.example',
  at: after(at, 23 * hour),
};
const informing: Emission = {
  provider: sender,
  messageId: 'pec1.20140714093018.04715@posta.gestore.example',
  at: after(at, 3000),
};
const recipient = 'protocollo@pec.comune.example';

/** What an ordinary sender wrote, marked as only a provider may mark it. */
const uncertified = [
  'Return-Path: <qualcuno@posta.example>',
  'Received: from posta.example by mx.altrogestore.example; Mon, 14 Jul 2014',
  ' 09:30:17 +0200',
  'From: Qualcuno <qualcuno@posta.example>',
  'To: Protocollo <protocollo@pec.comune.example>',
  'Cc: altri@posta.example',
  'Subject: Offerta',
  'Message-ID: <uno@posta.example>',
  'X-Trasporto: posta-certificata',
  '',
  'Una proposta.',
  '',
].join('\r\n');
const arrival = {
  reversePath: 'qualcuno@posta.example',
  forwardPath: [recipient],
  sender: 'qualcuno@posta.example',
  reason: 'il messaggio non porta la firma di un gestore',
};

/** A submission with an attachment of the three bytes abc. */
const withAttachment = [
  'From: mario.rossi@postacertificata.example',
  'To: protocollo@pec.comune.example',
  'Message-ID: <abc.123@client.example>',
  'Content-Type: multipart/mixed; boundary="parti"',
  '',
  '--parti',
  '',
  'Chiedo la residenza.',
  '--parti',
  'Content-Type: application/pdf; name="domanda.pdf"',
  'Content-Transfer-Encoding: base64',
  '',
  'YWJj',
  '--parti--',
  '',
].join('\r\n');

const family: [string, ProviderMessage][] = [
  ['posta-certificata', transportEnvelope(message, { provider: sender, at }, postacert())],
  ['accettazione', acceptanceReceipt(message, accepting)],
  ['non-accettazione', nonAcceptanceNotice(message, accepting, 'destinatario fuori dal circuito: info@comune.example')],
  [
    'presa-in-carico',
    takingInChargeReceipt(message, taking, {
      recipients: [recipient],
      serviceMailbox: 'ricevute@posta.gestore.example',
    }),
  ],
  ['avvenuta-consegna', deliveryReceipt(message, delivering, { recipient, form: 'completa', original: postacert() })],
  [
    'avvenuta-consegna-breve',
    deliveryReceipt({ ...message, ricevuta: 'breve' }, delivering, {
      recipient,
      form: 'breve',
      original: postacert(withAttachment),
    }),
  ],
  [
    'avvenuta-consegna-sintetica',
    deliveryReceipt(message, delivering, { recipient, form: 'sintetica', original: postacert() }),
  ],
  [
    'errore-consegna',
    nonDeliveryNotice(message, delivering, {
      recipient,
      errore: 'no-dest',
      erroreEsteso: '5.1.1 - Altro Gestore S.p.A. - indirizzo non valido',
    }),
  ],
  ['preavviso-12h', timeLimitNotice(message, warning, { recipient, limit: 'twelve-hours' })],
  ['preavviso-24h', timeLimitNotice(message, closing, { recipient, limit: 'twenty-four-hours' })],
  [
    'non-accettazione-virus',
    virusNonAcceptanceNotice(message, accepting, virusError(accepting.provider, 'Eicar-Signature')),
  ],
  [
    'rilevazione-virus',
    virusDetectionNotice(message, delivering, {
      recipient,
      serviceMailbox: 'ricevute@posta.gestore.example',
      erroreEsteso: virusError(delivering.provider, 'Eicar-Signature'),
    }),
  ],
  [
    'errore-consegna-virus',
    virusNonDeliveryNotice(message, informing, {
      recipient,
      erroreEsteso: '5.7.1 - Altro Gestore S.p.A. - virus rilevato: Eicar-Signature',
    }),
  ],
  ['anomalia', anomalyEnvelope(Buffer.from(uncertified), delivering, arrival)],
];

/** The message as the golden files show it: boundaries by their roles, certification data in clear, no signature. */
function shown(sealed: Buffer): string {
  return sealed
    .toString('latin1')
    .replace(/=_(alternative|mixed|signed)_[0-9a-f]{40}/g, (_, role: string) => role.toUpperCase())
    .replace(/(filename="smime\.p7s"\r\n\r\n)[A-Za-z0-9+/=\r\n]+(\r\n--SIGNED)/, '$1SIGNATURE$2')
    .replace(/(filename="daticert\.xml"\r\n\r\n)([A-Za-z0-9+/=\r\n]+)(\r\n--MIXED)/, (_, head, base64, end) => {
      return `${head}${Buffer.from(base64, 'base64').toString('utf8')}${end}`;
    })
    .replaceAll('\r\n', '\n');
}

describe('each envelope, receipt and notice is, letter by letter, its golden file', () => {
  let signers: Awaited<ReturnType<typeof twoProviders>>['signers'];
  beforeAll(async () => {
    ({ signers } = await twoProviders());
  });

  test.each(family)('%s', async (name, built) => {
    const golden = readFileSync(new URL(`../test/golden/${name}.eml`, import.meta.url), 'utf8');
    const sealed = await seal(
      built,
      built.header.includes(`posta-certificata@${sender.domain}`) ? signers.sender : signers.receiver,
    );
    expect(shown(sealed)).toBe(golden);
  });

  test.each(family)('%s is 7-bit throughout, in lines of at most 998 characters', async (_, built) => {
    const lines = (await seal(built, signers.sender)).toString('latin1').split('\r\n');
    expect(lines.every((line) => /^[\t -~]{0,998}$/.test(line))).toBe(true);
  });
});

describe('the paths of the dialog', () => {
  test('an envelope keeps those of the message', () => {
    const built = transportEnvelope(message, { provider: sender, at }, postacert());
    expect([built.reversePath, built.forwardPath]).toEqual([
      'mario.rossi@postacertificata.example',
      ['protocollo@pec.comune.example', 'info@comune.example'],
    ]);
  });

  test('a receipt goes from the provider to the sender', () => {
    const built = acceptanceReceipt(message, accepting);
    expect([built.reversePath, built.forwardPath]).toEqual([
      'posta-certificata@posta.gestore.example',
      ['mario.rossi@postacertificata.example'],
    ]);
  });
});
