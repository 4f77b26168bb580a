import { enclosed, refusedAt } from './odd-arrival.ts';
import type { OddArrival } from './odd-arrival.ts';
import { comune, mario, provincia } from './odd-submission.ts';
import { before, byEnti, byInps, certifiedToBody, changeData, inHeader, toBody } from './signed-messages.ts';
import type { Change } from './signed-messages.ts';

function envelope(what: string, changed: Change, outcome: OddArrival['outcome']): OddArrival {
  return { what, mailFrom: `<${mario}>`, rcptTo: [`<${comune}>`], signed: toBody, changed, outcome };
}

const anomaly = { ...enclosed, boxes: { [comune]: ['errore'] }, onBehalfOf: mario };
const altered = { ...refusedAt('DATA', '554 5.7.1', 'INCOMING-INTACT'), boxes: { [comune]: [] } };

/** Genuine envelopes that somebody changed on the way. */
export const changedEnvelopes: readonly OddArrival[] = [
  envelope('nothing changed', (text) => text, certifiedToBody),
  envelope(
    'two Received fields more',
    before(
      'Received: from a.example by b.example; Mon, 2 Aug 2010 09:00:00 +0200\r\nReceived: from c.example by a.example; Mon, 2 Aug 2010 09:00:00 +0200',
    ),
    certifiedToBody,
  ),
  envelope('a field more that a filter adds', before('X-Spam-Score: 0'), certifiedToBody),
  envelope(
    'its recipient in capitals with a name',
    inHeader(/^To: .*$/m, `To: "Comune" <${comune.toUpperCase()}>`),
    certifiedToBody,
  ),
  envelope(
    'its Subject in encoded words',
    (text, subject) =>
      text.replace(
        /^Subject: .*$/m,
        `Subject: =?iso-8859-1?Q?POSTA_CERTIFICATA=3A?=\r\n =?utf-8?B?${Buffer.from(` ${subject}`).toString('base64')}?=`,
      ),
    certifiedToBody,
  ),
  envelope('another Subject', inHeader(/^Subject: .*$/m, 'Subject: POSTA CERTIFICATA: Avviso di pagamento'), anomaly),
  envelope('a second Subject', before('Subject: POSTA CERTIFICATA: Avviso di pagamento'), anomaly),
  envelope('another Message-ID', inHeader(/^Message-ID: .*$/m, 'Message-ID: <altro@inpspec.gov.it>'), anomaly),
  envelope('no Message-ID', inHeader(/^Message-ID: .*\r\n/m, ''), anomaly),
  envelope('a Message-ID with a NUL', inHeader(/^Message-ID: .*$/m, 'Message-ID: <a\0b@inpspec.gov.it>'), anomaly),
  envelope(
    'a Message-ID of 5,000 characters',
    inHeader(/^Message-ID: .*$/m, `Message-ID: <${'a'.repeat(4_985)}@inpspec.gov.it>`),
    anomaly,
  ),
  envelope('another mark', inHeader(/^X-Trasporto: .*$/m, 'X-Trasporto: qualsiasi'), anomaly),
  envelope('no mark', inHeader(/^X-Trasporto: .*\r\n/m, ''), anomaly),
  envelope(
    'the mark of a receipt instead of its own',
    inHeader(/^X-Trasporto: .*$/m, 'X-Ricevuta: avvenuta-consegna'),
    anomaly,
  ),
  envelope('another To', inHeader(/^To: .*$/m, `To: ${provincia}`), anomaly),
  envelope('one more in Cc', before(`Cc: ${provincia}`), anomaly),
  envelope('its recipient moved from To to Cc', inHeader(/^To: /m, 'Cc: '), anomaly),
  envelope('a reference to another message', before('X-Riferimento-Message-ID: <altro@client.example>'), anomaly),
  envelope(
    'the name of a public body in From',
    inHeader(`Per conto di: ${mario}`, `Per conto di: ${provincia}`),
    anomaly,
  ),
  envelope('no name in From', inHeader(/^From: .*\r\n(?: .*\r\n)?/m, `From: ${byInps}\r\n`), anomaly),
  envelope('the address of another provider in From', inHeader(`<${byInps}>`, `<${byEnti}>`), anomaly),
  envelope('a second From', before(`From: ${comune}`), anomaly),
  envelope('a second Content-Type', inHeader(/$/, '\r\nContent-Type: text/html'), anomaly),
  envelope('a second boundary', inHeader(/(boundary="[^"]*")/, '$1; boundary="altro"'), anomaly),
  envelope('an encoding for all of it', before('Content-Transfer-Encoding: base64'), anomaly),
  envelope('a second Date', before('Date: Sun, 1 Aug 2010 09:00:00 +0200'), anomaly),
  envelope('a Sender that is a public body', before(`Sender: ${provincia}`), anomaly),
  envelope('the mark of a receipt beside its own', before('X-Ricevuta: avvenuta-consegna'), anomaly),
  envelope(
    'a line in its header that is no field',
    inHeader('\r\nX-Trasporto', '\r\nGentile utente\r\nX-Trasporto'),
    anomaly,
  ),
  envelope('somebody in To without a valid address', inHeader(/^(To: .*)$/m, '$1, "Questura" <questura>'), anomaly),
  envelope(
    'another Subject beside words that nobody can decode',
    inHeader(/^Subject: .*$/m, 'Subject: POSTA CERTIFICATA: Avviso di pagamento =?x-ignoto?Q?x?='),
    anomaly,
  ),
  envelope(
    'another body in what was signed',
    (text, subject) => text.replace(`${subject}.\r\n`, 'Altro testo.\r\n'),
    altered,
  ),
  envelope('another original header in what was signed', (text) => text.replace('X-Prova: 1', 'X-Prova: 2'), altered),
  envelope('another octet in its certification data', changeData, altered),
  envelope(
    'one more part in what was signed',
    (text) => text.replace(/\r\n(--=_mixed_\w+)\r\n/, '\r\n$1\r\n\r\nAggiunto.\r\n$1\r\n'),
    altered,
  ),
  envelope('a signature that is cut', (text) => text.replace(/(smime\.p7s"\r\n\r\n[^\r]+\r\n)[^\r]+\r\n/, '$1'), {
    ...refusedAt('DATA', '550 5.7.1', 'INCOMING-SIGNED'),
    boxes: { [comune]: [] },
  }),
  envelope(
    'no signature',
    (text) => text.replace(/^Content-Type: multipart\/signed;.*\r\n(?: .*\r\n)*/m, 'Content-Type: text/plain\r\n'),
    { ...refusedAt('DATA', '554 5.7.1', 'INCOMING-SIGNED'), boxes: { [comune]: [] } },
  ),
];
