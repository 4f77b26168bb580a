import { certified, comune, date, letter, mario, provincia, refused } from './odd-submission.ts';
import type { OddSubmission } from './odd-submission.ts';

/** A message of exactly these header lines. */
function only(...lines: string[]): string {
  return [...lines, '', 'Testo.', ''].join('\r\n');
}

const repeated = (name: string) =>
  refused(['SUBMISSION-FIELD-ONCE'], `il campo ${name} compare 2 volte: è ammesso una volta sola`);

/** Fields that are missing, repeated, or say something that they may not. */
export const fields: readonly OddSubmission[] = [
  {
    what: 'no From',
    message: only(`To: ${comune}`, date),
    outcome: refused(['RFC6109-3.1.1-1'], 'il campo From manca'),
  },
  {
    what: 'an empty From',
    message: only('From:', `To: ${comune}`, date),
    outcome: refused(['RFC6109-3.1.1-1'], 'il campo From manca o non contiene un solo indirizzo valido'),
  },
  {
    what: 'two equal From fields',
    message: only(`From: ${mario}`, `From: ${mario}`, `To: ${comune}`, date),
    outcome: refused(['RFC6109-3.1.1-1'], 'il campo From compare 2 volte'),
  },
  {
    what: 'two From fields, the second in other letters',
    message: only(`From: ${mario}`, 'fRoM : altri@altrove.example', `To: ${comune}`, date),
    outcome: refused(['RFC6109-3.1.1-1'], 'il campo From compare 2 volte'),
  },
  {
    what: 'two authors in one From',
    message: only(`From: ${mario}, altri@altrove.example`, `To: ${comune}`, date),
    outcome: refused(['RFC6109-3.1.1-1']),
  },
  {
    what: 'an empty group in From',
    message: only('From: Nessuno:;', `To: ${comune}`, date),
    outcome: refused(['RFC6109-3.1.1-1']),
  },
  {
    what: 'somebody else in From',
    message: only(`From: ${provincia}`, `To: ${comune}`, date),
    outcome: refused(['RFC6109-3.1.1-3'], `il mittente ${mario} non è l'indirizzo del campo From`),
  },
  {
    what: 'a From in capitals with a name that looks like another address',
    message: only(`From: "${provincia}" <${mario.toUpperCase()}>`, `To: ${comune}`, date),
    outcome: certified(),
  },
  {
    what: 'no To, and the recipient in Cc',
    message: only(`From: ${mario}`, `Cc: ${comune}`, date),
    outcome: refused(['RFC6109-3.1.1-2'], 'il campo To manca'),
  },
  {
    what: 'an empty To beside a good Cc',
    message: only(`From: ${mario}`, 'To:', `Cc: ${comune}`, date),
    outcome: refused(['RFC6109-3.1.1-2']),
  },
  {
    what: 'undisclosed recipients in To',
    message: only(`From: ${mario}`, 'To: undisclosed-recipients:;', date),
    outcome: refused(['RFC6109-3.1.1-2', 'RFC6109-3.1.1-4'], `destinatari assenti da To e Cc: ${comune}`),
  },
  { what: 'two equal To fields', message: letter([`To: ${comune}`]), outcome: repeated('To') },
  { what: 'two Cc fields', message: letter([`Cc: ${comune}`, `Cc: ${comune}`]), outcome: repeated('Cc') },
  { what: 'two subjects', message: letter(['Subject: Prima', 'Subject: Seconda']), outcome: repeated('Subject') },
  {
    what: 'three subjects, one of them written SUBJECT and one with a blank before the colon',
    message: letter(['Subject: a', 'SUBJECT: b', 'Subject : c']),
    outcome: refused(['SUBMISSION-FIELD-ONCE'], 'il campo Subject compare 3 volte'),
  },
  {
    what: 'two Message-IDs',
    message: letter(['Message-ID: <a@b.example>', 'Message-Id: <c@d.example>']),
    outcome: repeated('Message-ID'),
  },
  { what: 'two dates', message: letter([date]), outcome: repeated('Date') },
  {
    what: 'two Sender fields that both name the author',
    message: letter([`Sender: ${mario}`, `Sender: ${mario}`]),
    outcome: repeated('Sender'),
  },
  {
    what: 'two Reply-To fields',
    message: letter([`Reply-To: ${mario}`, `Reply-To: ${provincia}`]),
    outcome: repeated('Reply-To'),
  },
  {
    what: 'two In-Reply-To fields',
    message: letter(['In-Reply-To: <a@b.example>', 'In-Reply-To: <c@d.example>']),
    outcome: repeated('In-Reply-To'),
  },
  {
    what: 'two References fields',
    message: letter(['References: <a@b.example>', 'References: <c@d.example>']),
    outcome: repeated('References'),
  },
  {
    what: 'three faults at once, each of which is told',
    message: letter(['Subject: a', 'Subject: b', 'Bcc: x@y.it', `Sender: ${provincia}`]),
    outcome: refused(
      ['SUBMISSION-FIELD-ONCE', 'SUBMISSION-SENDER-FIELD', 'RFC6109-3.1.1-5'],
      'Subject',
      'Sender',
      'Bcc',
    ),
  },
  {
    what: 'neither subject, date nor Message-ID',
    message: only(`From: ${mario}`, `To: ${comune}`),
    outcome: certified({ remarks: ['Il messaggio non ha il campo Date'] }),
  },
  { what: 'an empty subject', message: letter(['Subject:']), outcome: certified() },
  {
    what: 'a Sender that names the author in capitals',
    message: letter([`Sender: ${mario.toUpperCase()}`]),
    outcome: certified(),
  },
  {
    what: 'a Sender that is somebody else',
    message: letter([`Sender: Segreteria <${provincia}>`]),
    outcome: refused(['SUBMISSION-SENDER-FIELD'], `il campo Sender (${provincia}) non è l'indirizzo del campo From`),
  },
  {
    what: 'a Sender that is no address',
    message: letter(['Sender: segreteria']),
    outcome: refused(['SUBMISSION-SENDER-FIELD']),
  },
  {
    what: 'a Bcc',
    message: letter(['Bcc: x@y.it']),
    outcome: refused(['RFC6109-3.1.1-5'], 'la copia nascosta (Bcc) non è ammessa'),
  },
  {
    what: 'a Bcc to which the message is sent as well',
    rcptTo: [`<${comune}>`, `<${provincia}>`],
    message: letter([`Bcc: ${provincia}`]),
    outcome: refused(['RFC6109-3.1.1-4', 'RFC6109-3.1.1-5'], `destinatari assenti da To e Cc: ${provincia}`),
  },
  {
    what: 'a Bcc that names the recipient of To',
    message: letter([`Bcc: ${comune}`]),
    outcome: refused(['RFC6109-3.1.1-5']),
  },
  {
    what: 'a Bcc in other letters, on a second line',
    message: letter(['bCC :\r\n x@y.it']),
    outcome: refused(['RFC6109-3.1.1-5']),
  },
  {
    what: 'an empty Bcc before one that is not',
    message: letter(['Bcc:', 'Bcc: x@y.it']),
    outcome: refused(['RFC6109-3.1.1-5']),
  },
  { what: 'a Bcc without value', message: letter(['Bcc: ']), outcome: certified() },
  {
    what: 'a Resent-Bcc',
    message: letter(['Resent-Bcc: x@y.it']),
    outcome: refused(['RFC6109-3.1.1-5'], 'la copia nascosta (Resent-Bcc) non è ammessa'),
  },
  {
    what: 'a line that is no field',
    message: letter(['Questa riga non e un campo']),
    outcome: refused(['SUBMISSION-HEADER']),
  },
  { what: 'a field without name', message: letter([': senza nome']), outcome: refused(['SUBMISSION-HEADER']) },
  {
    what: 'a field name with a blank inside',
    message: letter(['X Campo: 1']),
    outcome: refused(['SUBMISSION-HEADER']),
  },
  {
    what: 'a header that begins with a continuation line',
    message: ` Bcc: x@y.it\r\n${letter([])}`,
    outcome: refused(['SUBMISSION-HEADER']),
  },
  {
    what: 'a line of blanks inside a field',
    message: letter(['Subject: a\r\n   \r\n b']),
    outcome: refused(['SUBMISSION-HEADER']),
  },
  {
    what: 'a line of Unix mailboxes before the header',
    message: `From mario Mon Aug  2 09:00:00 2010\r\n${letter([])}`,
    outcome: refused(['SUBMISSION-HEADER']),
  },
  {
    what: 'a bare line feed that would begin another field',
    message: letter(['Subject: prima\nX-Evil: 1']),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo Subject contiene il byte 0x0A'),
  },
  {
    what: 'a bare carriage return that would begin another field',
    message: letter(['Subject: prima\rX-Evil: 1']),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo Subject contiene il byte 0x0D'),
  },
  {
    what: 'a bare line feed in a folded line',
    message: letter(['Subject: prima\r\n seconda\n terza']),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo Subject contiene il byte 0x0A'),
  },
  {
    what: 'two bare line feeds that would end the header',
    message: letter(['X-Prova: prima\n\nCorpo falso', 'Subject: dopo']),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo X-Prova contiene il byte 0x0A'),
  },
];
