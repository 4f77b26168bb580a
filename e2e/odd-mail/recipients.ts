import { certified, città, comune, date, letter, mario, provincia, refused, utf8 } from './odd-submission.ts';
import type { OddSubmission } from './odd-submission.ts';

/** A message with this To and these further fields. */
function to(value: string, ...fields: string[]): string {
  return [`From: ${mario}`, `To: ${value}`, date, ...fields, '', 'Testo.', ''].join('\r\n');
}

const both = [`<${comune}>`, `<${provincia}>`];
const bothCertified = certified({ destinatari: [comune, provincia] });

/** To and Cc against the recipients of the dialog. */
export const recipients: readonly OddSubmission[] = [
  {
    what: 'a recipient of the dialog that the header does not name',
    rcptTo: both,
    message: to(comune),
    outcome: refused(['RFC6109-3.1.1-4'], `destinatari assenti da To e Cc: ${provincia}`),
  },
  {
    what: 'an address in To to which it is not sent',
    message: to(`${comune}, ${provincia}`),
    outcome: refused(['RFC6109-3.1.1-4'], `indirizzi di To e Cc a cui il messaggio non è stato inviato: ${provincia}`),
  },
  {
    what: 'an address in Cc to which it is not sent',
    message: to(comune, `Cc: ${provincia}`),
    outcome: refused(['RFC6109-3.1.1-4'], `indirizzi di To e Cc a cui il messaggio non è stato inviato: ${provincia}`),
  },
  {
    what: 'To and dialog that name two different addresses',
    rcptTo: [`<${provincia}>`],
    message: to(comune),
    outcome: refused(
      ['RFC6109-3.1.1-4'],
      `indirizzi di To e Cc a cui il messaggio non è stato inviato: ${comune}`,
      `destinatari assenti da To e Cc: ${provincia}`,
    ),
  },
  { what: 'a To and a Cc', rcptTo: both, message: to(comune, `Cc: ${provincia}`), outcome: bothCertified },
  {
    what: 'an address that names a group in To, which readers show',
    message: to(`${comune}, ${provincia}:`),
    outcome: refused(['RFC6109-3.1.1-2'], 'contengono un indirizzo non valido'),
  },
  {
    what: 'an address between encoded words that hold quotation marks',
    message: to(`"=?u?Q?"?=, ${provincia}, =?u?Q?"?=" <${comune}>`),
    outcome: refused(['RFC6109-3.1.1-2', 'RFC6109-3.1.1-4'], 'contengono un indirizzo non valido'),
  },
  {
    what: 'an address between commas in an encoded word',
    message: to(`=?utf-8?Q?x,${provincia},?= <${comune}>`),
    outcome: refused(['RFC6109-3.1.1-2', 'RFC6109-3.1.1-4'], 'contengono un indirizzo non valido'),
  },
  {
    what: 'a hundred thousand colons in Cc',
    message: to(comune, `Cc: ${`${':'.repeat(900)}\r\n `.repeat(111)};`),
    outcome: refused(['RFC6109-3.1.1-2'], 'contengono un indirizzo non valido'),
  },
  {
    what: 'a local part in quotation marks that needs none',
    message: to(`"protocollo"${comune.slice(10)}`),
    outcome: certified(),
  },
  { what: 'addresses in capitals in To', message: to(comune.toUpperCase()), outcome: certified() },
  {
    what: 'addresses in capitals in RCPT',
    rcptTo: [`<${comune.toUpperCase()}>`],
    message: to(comune),
    outcome: certified(),
  },
  {
    what: 'the same address three times in To',
    message: to(`${comune}, <${comune}>, Comune <${comune.toUpperCase()}>`),
    outcome: certified(),
  },
  { what: 'the same address in To and Cc', message: to(comune, `Cc: ${comune}`), outcome: certified() },
  {
    what: 'the same recipient twice in the dialog',
    rcptTo: [`<${comune}>`, `<${comune}>`],
    message: to(comune),
    outcome: certified(),
  },
  {
    what: 'a group in To',
    rcptTo: both,
    message: to(`Uffici: ${comune}, Provincia <${provincia}>;`),
    outcome: bothCertified,
  },
  { what: 'an empty group beside an address', message: to(`Nessuno:;, ${comune}`), outcome: certified() },
  { what: 'a group in Cc', rcptTo: both, message: to(comune, `Cc: Altri: ${provincia};`), outcome: bothCertified },
  {
    what: 'comments around an address, nested',
    message: to(`(al (buon) Comune) ${comune} (protocollo)`),
    outcome: certified(),
  },
  { what: 'a comment that holds another address', message: to(`${comune} (${provincia})`), outcome: certified() },
  { what: 'a quoted name with a comma', message: to(`"Borgovento, Comune di" <${comune}>`), outcome: certified() },
  {
    what: 'a quoted name that looks like two addresses',
    message: to(`"${provincia}, altri@altrove.example" <${comune}>`),
    outcome: certified(),
  },
  {
    what: 'a name in encoded words that decode to an address',
    message: to(`=?utf-8?Q?urp=40pec=2Eprovincia=2Evalchiara=2Eexample=2C?= <${comune}>`),
    outcome: certified(),
  },
  { what: 'a folded list', rcptTo: both, message: to(`\r\n ${comune},\r\n\t${provincia}`), outcome: bothCertified },
  { what: 'a list that ends with a comma', message: to(`${comune},`), outcome: certified() },
  {
    what: 'A-labels in capitals in To',
    rcptTo: [`<${città}>`],
    message: to('urp@XN--CITT-3NA.example'),
    outcome: certified({ destinatari: [città] }),
  },
  {
    what: 'A-labels in capitals in RCPT',
    rcptTo: ['<URP@XN--CITT-3NA.EXAMPLE>'],
    message: to(città),
    outcome: certified({ destinatari: [città] }),
  },
  {
    what: 'a domain in raw UTF-8 in To, which the header may not hold',
    rcptTo: [`<${città}>`],
    message: to(utf8('urp@città.example')),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo To contiene il byte 0xC3'),
  },
  {
    what: 'To that names somebody without a domain',
    message: to(`${comune}, mario`),
    outcome: refused(['RFC6109-3.1.1-2']),
  },
  {
    what: 'To with an address literal',
    message: to(`${comune}, mario@[10.0.0.1]`),
    outcome: refused(['RFC6109-3.1.1-2']),
  },
  {
    what: 'To with an address that ends at the @',
    message: to(`${comune}, protocollo@`),
    outcome: refused(['RFC6109-3.1.1-2']),
  },
  {
    what: 'Cc with an A-label that stands for nothing',
    message: to(comune, 'Cc: mario@xn--a.example'),
    outcome: refused(['RFC6109-3.1.1-2']),
  },
  {
    what: 'a recipient in a domain that nobody manages',
    rcptTo: ['<mario@altrove.example>'],
    message: to('mario@altrove.example'),
    outcome: refused(['CIRCUIT-ADDRESS-NAMED']),
  },
  {
    what: 'fifty-one recipients',
    rcptTo: crowd(51).map((address) => `<${address}>`),
    message: to(crowd(51).join(',\r\n ')),
    outcome: refused(
      ['SUBMISSION-RECIPIENTS', ...crowd(51).map(() => 'CIRCUIT-ADDRESS-NAMED')],
      'più di 50 destinatari',
    ),
  },
  {
    what: 'a mebibyte and a tenth for thirty recipients, beyond thirty mebibytes in all',
    rcptTo: crowd(30).map((address) => `<${address}>`),
    message: `${to(crowd(30).join(',\r\n '))}${`${'x'.repeat(74)}\r\n`.repeat(15_000)}`,
    outcome: refused(
      ['RFC6109-3.1.1-6', ...crowd(30).map(() => 'CIRCUIT-ADDRESS-NAMED')],
      'oltre il limite di 31457280 byte',
    ),
  },
];

function crowd(count: number): string[] {
  return Array.from({ length: count }, (_, nth) => `ufficio${nth}@pec.comune.borgovento.example`);
}

/** The same letter by dialogs that are odd themselves. */
export const dialogs: readonly OddSubmission[] = [
  ...[
    'mario@localhost',
    'mario@[10.0.0.1]',
    'mario@[IPv6:2001:db8::1]',
    `${'a'.repeat(65)}@comune.example`,
    `a@${'bcdefghi.'.repeat(28)}x`,
    utf8('nicolò@comune.example'),
    'mario@xn--a.example',
    'mario@-comune.example',
    'mario@comune_di.example',
    'mario@comune..example',
    '.mario@comune.example',
    'mario..rossi@comune.example',
  ].map((address): OddSubmission => ({
    what: `RCPT TO:<${address.length > 60 ? `${address.slice(0, 60)}...` : address}>`,
    rcptTo: [`<${address}>`],
    message: letter([]),
    outcome: { kind: 'replied', command: 'RCPT', reply: '553 5.1.3', rule: 'ADDRESS-FORM' },
  })),
  ...['NOTIFY=NEVER', 'ORCPT=rfc822;a@b.example', 'XFOO=1'].map((parameter): OddSubmission => ({
    what: `RCPT TO with ${parameter}`,
    rcptTo: [`<${comune}> ${parameter}`],
    message: letter([]),
    outcome: { kind: 'replied', command: 'RCPT', reply: '555 5.5.4', rule: 'SMTP-OFFERED' },
  })),
  ...['BODY=8BITMIME', 'BODY=7BIT', 'SMTPUTF8', 'RET=FULL', 'ENVID=1', 'REQUIRETLS', 'BY=60;R', 'MT-PRIORITY=9'].map(
    (parameter): OddSubmission => ({
      what: `MAIL FROM with ${parameter}`,
      mailFrom: `<${mario}> ${parameter}`,
      message: letter([]),
      outcome: { kind: 'replied', command: 'MAIL', reply: '555 5.5.4', rule: 'SMTP-OFFERED' },
    }),
  ),
  {
    what: 'MAIL FROM with SIZE and AUTH, which are offered',
    mailFrom: `<${mario}> SIZE=1000 AUTH=<>`,
    message: letter(['Subject: Parametri']),
    outcome: certified({ oggetto: 'Parametri' }),
  },
  {
    what: 'RCPT TO with a source route, which is left out (RFC 5321 appendix F.2)',
    rcptTo: [`<@relay.example:${comune}>`],
    message: letter(['Subject: Con percorso']),
    outcome: certified({ oggetto: 'Con percorso' }),
  },
  {
    what: 'MAIL FROM in capitals',
    mailFrom: `<${mario.toUpperCase()}>`,
    message: letter(['Subject: Maiuscole']),
    outcome: certified({ oggetto: 'Maiuscole' }),
  },
  {
    what: 'the null reverse path',
    mailFrom: '<>',
    message: letter([]),
    outcome: { kind: 'replied', command: 'MAIL', reply: '553 5.1.3', rule: 'ADDRESS-FORM' },
  },
  {
    what: 'MAIL FROM a box of somebody else',
    mailFrom: `<${provincia}>`,
    message: letter([]),
    outcome: { kind: 'replied', command: 'MAIL', reply: '550 5.7.1', rule: 'RFC6109-5.2' },
  },
  {
    what: 'MAIL FROM an address that is none',
    mailFrom: '<mario@localhost>',
    message: letter([]),
    outcome: { kind: 'replied', command: 'MAIL', reply: '553 5.1.3', rule: 'ADDRESS-FORM' },
  },
  {
    what: 'a size that is announced beyond the largest',
    mailFrom: `<${mario}> SIZE=999999999`,
    message: letter([]),
    outcome: { kind: 'replied', command: 'MAIL', reply: '552', rule: '' },
  },
];
