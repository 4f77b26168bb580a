import { certified, letter, refused, replied, utf8 } from './odd-submission.ts';
import type { OddSubmission } from './odd-submission.ts';

const idLost = 'Il Message-ID assegnato dal mittente non è riportato';
const undecoded = "L'oggetto non è interamente decodificabile: è riportato come è scritto nel messaggio.";

function withId(written: string, msgid: string): OddSubmission {
  return {
    what: `the Message-ID ${written.length > 60 ? `of ${written.length} characters` : written}`,
    message: letter([`Message-ID: ${written}`]),
    outcome: certified({ msgid, remarks: msgid === '' && written !== '' ? [idLost] : [] }),
  };
}

/** Message-IDs, which are never a ground to refuse: copied as they stand, or said to be lost. */
export const ids: readonly OddSubmission[] = [
  withId('<a1@casa.example>', '<a1@casa.example>'),
  withId('senza-parentesi@casa.example', '<senza-parentesi@casa.example>'),
  withId('<senza chiocciola>', '<senza chiocciola>'),
  withId('<due parole@casa.example>', '<due parole@casa.example>'),
  withId('due parole senza parentesi', '<due parole senza parentesi>'),
  withId('<[x]@[10.0.0.1]>', '<[x]@[10.0.0.1]>'),
  withId('<a2@casa.example> <a3@casa.example>', '<a2@casa.example> <a3@casa.example>'),
  withId('<mai.chiuso@casa.example', '<mai.chiuso@casa.example'),
  withId('<>', '<>'),
  withId('\r\n <piegato@casa.example>', '<piegato@casa.example>'),
  withId(`<${'a'.repeat(385)}@casa.example>`, `<${'a'.repeat(385)}@casa.example>`),
  withId(`<${'b'.repeat(386)}@casa.example>`, ''),
  withId(`<${'c'.repeat(1_100)}@casa.example>`, ''),
  withId(utf8('<perché@casa.example>'), ''),
  withId('<\xe0@casa.example>', ''),
  withId('<tab\tdentro@casa.example>', ''),
  withId('', ''),
  {
    what: 'an X-Riferimento-Message-ID of the sender, which is replaced',
    message: letter(['Message-ID: <vero@casa.example>', 'X-Riferimento-Message-ID: <falso@altrove.example>']),
    outcome: certified({ msgid: '<vero@casa.example>', lacks: ['falso@altrove.example'] }),
  },
  {
    what: 'an X-Riferimento-Message-ID of the sender and no Message-ID',
    message: letter(['X-Riferimento-Message-ID: <falso@altrove.example>']),
    outcome: certified({ lacks: ['falso@altrove.example'] }),
  },
];

function withSubject(what: string, written: string, oggetto: string, ...remarks: string[]): OddSubmission {
  return {
    what: `a subject of ${what}`,
    message: letter([`Subject: ${written}`]),
    outcome: certified({ oggetto, remarks }),
  };
}

/** Subjects: what is certified is what a person reads, or what stands there when it cannot be read without loss. */
export const subjects: readonly OddSubmission[] = [
  withSubject('two Q words split inside a letter', '=?utf-8?Q?caff=C3?= =?utf-8?Q?=A8_caldo?=', 'caffè caldo'),
  withSubject(
    'two B words split inside a letter, without padding',
    '=?utf-8?B?Y2FmZsM?= =?utf-8?B?qCBjYWxkbw?=',
    'caffè caldo',
  ),
  withSubject(
    'two B words split inside a letter, padded',
    '=?utf-8?B?Y2FmZsM=?= =?utf-8?B?qCBjYWxkbw==?=',
    'caffè caldo',
  ),
  withSubject(
    'a Q and a B word that share a letter',
    '=?utf-8?Q?caff=C3?=\r\n =?utf-8?B?qCBjYWxkbw==?=',
    'caffè caldo',
  ),
  withSubject(
    'a letter beyond the first plane in three words',
    '=?utf-8?Q?=F0=9F?= =?utf-8?Q?=93?= =?utf-8?Q?=AC_posta?=',
    '📬 posta',
  ),
  withSubject('two folded words, between which no blank is', '=?utf-8?Q?perch?=\r\n =?utf-8?Q?=C3=A9?=', 'perché'),
  withSubject('words between plain text', 'La =?utf-8?Q?citt=C3=A0?= di Borgovento', 'La città di Borgovento'),
  withSubject('ISO-8859-1', '=?iso-8859-1?q?libert=E0?=', 'libertà'),
  withSubject('ISO-8859-15 with a euro sign', '=?ISO-8859-15?Q?10_=A4?=', '10 €'),
  withSubject('windows-1252 with curved quotes', '=?windows-1252?Q?=93testo=94?=', '“testo”'),
  withSubject('UTF-16', '=?utf-16be?B?AGMAaQBhAG8=?=', 'ciao'),
  withSubject('ISO-2022-JP', '=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=', '日本'),
  withSubject('a word with its language (RFC 2231)', '=?utf-8*it?Q?citt=C3=A0?=', 'città'),
  withSubject('markup', 'a <b>&amp; "c" \'d\'', 'a <b>&amp; "c" \'d\''),
  withSubject('an override of the direction', '=?utf-8?B?4oCuZmRwLmF0dG8=?=', '\u202efdp.atto'),
  withSubject('letters and combining marks', '=?utf-8?Q?perche=CC=81?=', 'perche\u0301'),
  withSubject('a folded line', 'prima\r\n seconda\r\n\tterza', 'prima seconda terza'),
  withSubject('words that only look encoded', 'a=?utf-8?Q?b', 'a=?utf-8?Q?b'),
  withSubject(
    'a word with a question mark inside',
    '=?utf-8?Q?perch=C3=A9?_Per?=',
    '=?utf-8?Q?perch=C3=A9?_Per?=',
    undecoded,
  ),
  withSubject('a charset that nobody knows', '=?x-nessuno?B?YWJj?=', '=?x-nessuno?B?YWJj?=', undecoded),
  withSubject('bytes that are no UTF-8', '=?utf-8?B?////?=', '=?utf-8?B?////?=', undecoded),
  withSubject(
    'half a pair of surrogates in UTF-8',
    '=?utf-8?Q?met=ED=A0=BDa?=',
    '=?utf-8?Q?met=ED=A0=BDa?=',
    undecoded,
  ),
  withSubject('half a pair of surrogates in UTF-16', '=?utf-16be?B?2D0AYQ==?=', '=?utf-16be?B?2D0AYQ==?=', undecoded),
  withSubject('a letter that is cut off', '=?utf-8?Q?caff=C3?=', '=?utf-8?Q?caff=C3?=', undecoded),
  withSubject('the mark of a lost letter itself', '=?utf-8?Q?caff=EF=BF=BD?=', '=?utf-8?Q?caff=EF=BF=BD?=', undecoded),
  {
    what: 'a raw subject in UTF-8',
    message: letter([utf8('Subject: Libertà')]),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo Subject contiene il byte 0xC3'),
  },
  {
    what: 'a subject of 8,192 characters',
    message: letter([`Subject: ${folded(8_192)}`]),
    outcome: certified({ oggetto: folded(8_192).replaceAll('\r\n', '') }),
  },
  {
    what: 'a subject of 8,193 characters',
    message: letter([`Subject: ${folded(8_193)}`]),
    outcome: replied('DATA', '554 5.6.0', 'CERTIFIED-SIZE'),
  },
  {
    what: 'a subject in a line of 998 octets',
    message: letter([`Subject: ${'s'.repeat(989)}`]),
    outcome: certified({ oggetto: 's'.repeat(989) }),
  },
  {
    what: 'a subject in a line of 999 octets',
    message: letter([`Subject: ${'s'.repeat(990)}`]),
    outcome: refused(['SUBMISSION-LINES'], 'la riga 4 del messaggio ha 999 byte: il massimo è 998'),
  },
];

/** So many characters when it is unfolded, in lines of sixty-four. */
function folded(count: number): string {
  const text = Array.from({ length: count }, (_, nth) => (nth % 64 === 63 && nth < count - 1 ? ' ' : 'e')).join('');
  return text.replaceAll(' ', '\r\n ');
}
