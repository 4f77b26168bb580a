import { enclosed, refusedAt, taken } from './odd-arrival.ts';
import type { OddArrival } from './odd-arrival.ts';
import { comune, mario, provincia } from './odd-submission.ts';
import { byInps, certifiedToBody, inHeader, inpsSender, toBody, toCitizen } from './signed-messages.ts';

/** Who brings what, for whom, and whose signature it is. */
export const otherParties: readonly OddArrival[] = [
  {
    what: 'an envelope from a body to a citizen',
    mailFrom: `<${comune}>`,
    rcptTo: [`<${mario}>`],
    signed: toCitizen,
    outcome: { ...taken, boxes: { [mario]: ['posta-certificata'] } },
  },
  {
    what: 'an envelope with BODY=8BITMIME, which is offered',
    mailFrom: `<${comune}> BODY=8BITMIME`,
    rcptTo: [`<${mario}>`],
    signed: toCitizen,
    outcome: { ...taken, boxes: { [mario]: ['posta-certificata'] } },
  },
  {
    what: 'SMTPUTF8, which is not offered',
    mailFrom: `<${comune}> SMTPUTF8`,
    rcptTo: [`<${mario}>`],
    signed: toCitizen,
    outcome: { ...refusedAt('MAIL', '555 5.5.4', 'SMTP-OFFERED'), boxes: { [mario]: [] } },
  },
  {
    what: 'NOTIFY, which is not offered',
    mailFrom: `<${comune}>`,
    rcptTo: [`<${mario}> NOTIFY=FAILURE`],
    signed: toCitizen,
    outcome: { ...refusedAt('RCPT', '555 5.5.4', 'SMTP-OFFERED'), boxes: { [mario]: [] } },
  },
  {
    what: 'an envelope for a citizen with another Subject: an anomaly is ordinary mail, which the circuit does not admit',
    mailFrom: `<${comune}>`,
    rcptTo: [`<${mario}>`],
    signed: toCitizen,
    changed: inHeader(/^Subject: .*$/m, 'Subject: POSTA CERTIFICATA: Avviso di pagamento'),
    outcome: { ...refusedAt('DATA', '550 5.7.1', 'INCOMING-ANOMALY'), boxes: { [mario]: [] } },
  },
  {
    what: 'a genuine letter of a citizen, with another Subject, brought in the name of a public body',
    mailFrom: `<${provincia}>`,
    rcptTo: [`<${mario}>`],
    signed: { ...toBody, destinatario: mario },
    changed: inHeader(/^Subject: .*$/m, 'Subject: POSTA CERTIFICATA: Avviso di pagamento'),
    outcome: { ...refusedAt('DATA', '550 5.7.1', 'INCOMING-DOMAIN'), boxes: { [mario]: [] } },
  },
  {
    what: 'an envelope in the name of another box of the same provider: it speaks for the signer',
    mailFrom: `<${inpsSender}>`,
    rcptTo: [`<${comune}>`],
    signed: toBody,
    outcome: { ...enclosed, boxes: { [comune]: ['errore'] }, onBehalfOf: byInps },
  },
  {
    what: 'an envelope with the null reverse path: it speaks for the signer',
    mailFrom: '<>',
    rcptTo: [`<${comune}>`],
    signed: toBody,
    outcome: { ...enclosed, boxes: { [comune]: ['errore'] }, onBehalfOf: byInps },
  },
  {
    what: 'an envelope for the sender of another provider, signed by one that does not manage its domain',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${comune}>`],
    signed: { ...toBody, by: 'postacertificata' },
    outcome: { ...refusedAt('DATA', '550 5.7.1', 'INCOMING-DOMAIN'), boxes: { [comune]: [] } },
  },
  {
    what: 'a signature by a certificate that is in no index',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${comune}>`],
    signed: { ...toBody, by: 'stranger' },
    outcome: { ...refusedAt('DATA', '550 5.7.1', 'INCOMING-CERTIFICATE'), boxes: { [comune]: [] } },
  },
  {
    what: 'an id in the domain of another provider',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${comune}>`],
    signed: { ...toBody, idDomain: 'postacertificata.gov.it' },
    outcome: { ...enclosed, boxes: { [comune]: ['errore'] }, onBehalfOf: mario },
  },
  {
    what: 'an id of a host below the domain of another provider',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${comune}>`],
    signed: { ...toBody, idDomain: 'mx1.postacertificata.gov.it' },
    outcome: { ...enclosed, boxes: { [comune]: ['errore'] }, onBehalfOf: mario },
  },
  {
    what: 'an id in the domain of another provider with a dot at its end',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${comune}>`],
    signed: { ...toBody, idDomain: 'postacertificata.gov.it.' },
    outcome: { ...enclosed, boxes: { [comune]: ['errore'] }, onBehalfOf: mario },
  },
  {
    what: 'an id of a host below the domain of its signer',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${comune}>`],
    signed: { ...toBody, idDomain: 'mx1.inpspec.gov.it' },
    outcome: certifiedToBody,
  },
  {
    what: 'an id in a domain that is nobody’s',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${comune}>`],
    signed: { ...toBody, idDomain: 'server.altrove.example' },
    outcome: certifiedToBody,
  },
  {
    what: 'a recipient whom the signed data do not name',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${provincia}>`],
    signed: toBody,
    outcome: { ...enclosed, boxes: { [provincia]: ['errore'], [comune]: [] }, onBehalfOf: mario },
  },
  {
    what: 'two recipients, of whom the signed data name one',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${provincia}>`, `<${comune}>`],
    signed: toBody,
    outcome: { ...taken, boxes: { [provincia]: ['errore'], [comune]: ['posta-certificata'] } },
  },
  {
    what: 'its recipient twice, once in capitals',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${comune}>`, `<${comune.toUpperCase()}>`],
    signed: toBody,
    outcome: certifiedToBody,
  },
  {
    what: 'a box in a domain that is not of ours',
    mailFrom: `<${mario}>`,
    rcptTo: ['<a@altrove.example>'],
    signed: toBody,
    outcome: { ...refusedAt('RCPT', '550 5.7.1', 'SMTP-INCOMING'), boxes: {} },
  },
  {
    what: 'a recipient that is no address',
    mailFrom: `<${mario}>`,
    rcptTo: ['<a@localhost>'],
    signed: toBody,
    outcome: { ...refusedAt('RCPT', '553 5.1.3', 'ADDRESS-FORM'), boxes: {} },
  },
  {
    what: 'boxes of two of our providers in one transaction',
    mailFrom: `<${mario}>`,
    rcptTo: [`<${comune}>`, '<anna.bianchi@postacertificata.gov.it>'],
    signed: toBody,
    outcome: { ...refusedAt('RCPT', '452 4.5.3', 'SMTP-INCOMING'), boxes: { [comune]: [] } },
  },
  {
    what: 'ordinary mail',
    mailFrom: '<amico@posta.example>',
    rcptTo: [`<${comune}>`],
    signed: toBody,
    changed: ordinary,
    outcome: { ...refusedAt('RCPT', '550 5.7.1', 'INCOMING-ORDINARY'), boxes: { [comune]: [] } },
  },
  {
    what: 'ordinary mail in the name of a public body',
    mailFrom: `<${provincia}>`,
    rcptTo: [`<${mario}>`],
    signed: toBody,
    changed: ordinary,
    outcome: { ...refusedAt('DATA', '554 5.7.1', 'INCOMING-SIGNED'), boxes: { [mario]: [] } },
  },
];

function ordinary(_: string, subject: string): string {
  return `From: ${provincia}\r\nTo: ${mario}\r\nSubject: ${subject}\r\nX-Trasporto: posta-certificata\r\n\r\nTesto.\r\n`;
}
