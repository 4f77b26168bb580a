import { certified, letter, utf8 } from './odd-submission.ts';
import type { OddSubmission } from './odd-submission.ts';

/** What `printf 'contenuto dell allegato' | sha1sum` says: the hash is of the file, not of its base64. */
const sha1 = '9e06d1821b5c840a94dea1fffcdc2524b3424bc6';

/** The form in which the receipt names the file, behind `filename`. */
function named(what: string, disposition: string, inReceipt: string, type = 'application/pdf'): OddSubmission {
  const parts = [
    '--x',
    'Content-Type: text/plain',
    '',
    'In allegato.',
    '--x',
    `Content-Type: ${type}`,
    'Content-Transfer-Encoding: base64',
    ...(disposition === '' ? [] : [`Content-Disposition: ${disposition}`]),
    '',
    'Y29udGVudXRvIGRlbGwgYWxsZWdhdG8=',
    '--x--',
    '',
  ];
  const head = ['X-TipoRicevuta: breve', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=x'];
  return {
    what: `a file whose name is ${what}`,
    message: letter(head, parts.join('\r\n')),
    outcome: certified({ receiptHolds: [`filename${inReceipt}`, sha1] }),
  };
}

/** Names of files (RFC 2231 and what programs write instead), as the brief receipt gives them back. */
export const fileNames: readonly OddSubmission[] = [
  named('plain', 'attachment; filename=atto.pdf', '="atto.pdf.hash"'),
  named('quoted', 'attachment; filename="atto due.pdf"', '="atto due.pdf.hash"'),
  named(
    'blank without quotation marks',
    'attachment; filename=Relata di notifica.pdf',
    '="Relata di notifica.pdf.hash"',
  ),
  named('in pieces whose first is missing', 'attachment; filename*1=atto; filename*2=.pdf', '="atto.pdf.hash"'),
  named('in pieces numbered with zeros', 'attachment; filename*00=at; filename*01=to.pdf', '="atto.pdf.hash"'),
  named('extended', "attachment; filename*=utf-8'it'perch%C3%A9.pdf", "*=UTF-8''perch%C3%A9.pdf.hash"),
  named('extended in ISO-8859-1', "attachment; filename*=iso-8859-1''perch%E9.pdf", "*=UTF-8''perch%C3%A9.pdf.hash"),
  named('extended without a charset', "attachment; filename*=''atto.pdf", '="atto.pdf.hash"'),
  named(
    'extended and plain beside it',
    'attachment; filename="e.pdf"; filename*=utf-8\'\'%C3%A9.pdf',
    "*=UTF-8''%C3%A9.pdf.hash",
  ),
  named('in three pieces', 'attachment; filename*0="un "; filename*1="atto"; filename*2=".pdf"', '="un atto.pdf.hash"'),
  named('in pieces in another order', 'attachment; filename*1=".pdf"; filename*0="atto"', '="atto.pdf.hash"'),
  named(
    'in pieces, the first extended',
    "attachment; filename*0*=utf-8''perch; filename*1*=%C3%A9; filename*2=.pdf",
    "*=UTF-8''perch%C3%A9.pdf.hash",
  ),
  named(
    'split inside a letter',
    "attachment; filename*0*=utf-8''perch%C3; filename*1*=%A9.pdf",
    "*=UTF-8''perch%C3%A9.pdf.hash",
  ),
  named(
    'encoded words in quotation marks',
    'attachment; filename="=?utf-8?Q?perch=C3=A9.pdf?="',
    "*=UTF-8''perch%C3%A9.pdf.hash",
  ),
  named(
    'encoded words in pieces',
    'attachment; filename*0="=?utf-8?Q?perch"; filename*1="=C3=A9.pdf?="',
    "*=UTF-8''perch%C3%A9.pdf.hash",
  ),
  named('in the type alone', 'attachment', '="atto.pdf.hash"', 'application/pdf; name="atto.pdf"'),
  named(
    'extended in the type alone',
    '',
    "*=UTF-8''perch%C3%A9.pdf.hash",
    "application/pdf; name*=utf-8''perch%C3%A9.pdf",
  ),
  named('raw UTF-8', utf8('attachment; filename="perché.pdf"'), "*=UTF-8''perch%C3%A9.pdf.hash"),
  named('in a field in other letters', 'ATTACHMENT; FileName="atto.pdf"', '="atto.pdf.hash"'),
  named('daticert.xml', 'attachment; filename=daticert.xml', '="daticert.xml.hash"'),
  named('postacert.eml', 'attachment; filename=postacert.eml', '="postacert.eml.hash"'),
  named('smime.p7s', 'attachment; filename=smime.p7s', '="smime.p7s.hash"', 'application/octet-stream'),
];
