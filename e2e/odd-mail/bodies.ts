import { certified, comune, date, letter, mario, refused, utf8 } from './odd-submission.ts';
import type { OddSubmission } from './odd-submission.ts';

const eightBitText = [
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
];
const raw = utf8('perché così');

/** What `openssl cms` or `gpg` would have made of a text; nobody checks it here. */
const seal = [
  '--s',
  'Content-Type: application/pkcs7-signature; name=smime.p7s',
  'Content-Transfer-Encoding: base64',
  '',
  'MIIB',
  '--s--',
  '',
];

/** Bodies that mail servers change, and bytes that end what they should not. */
export const bodies: readonly OddSubmission[] = [
  {
    what: '8-bit text, which is encoded',
    message: letter(eightBitText, `${raw}\r\n`),
    outcome: certified({ holds: ['perch=C3=A9 cos=C3=AC'], lacks: [raw, 'Encoding: 8bit'] }),
  },
  {
    what: '8-bit text without MIME, which is encoded and labelled',
    message: letter([], 'Libert\xe0\r\n'),
    outcome: certified({ holds: ['Libert=E0', 'charset=unknown-8bit'], lacks: ['Libert\xe0'] }),
  },
  {
    what: '8-bit text that calls itself 7bit',
    message: letter(
      ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 7bit'],
      `${raw}\r\n`,
    ),
    outcome: certified({ holds: ['perch=C3=A9'], lacks: [raw] }),
  },
  {
    what: '8-bit text in a message that is signed by DKIM, which keeps its bytes',
    message: letter(
      [...eightBitText, 'DKIM-Signature: v=1; a=rsa-sha256; d=casa.example; s=a; h=from; bh=x; b=x'],
      `${raw}\r\n`,
    ),
    outcome: certified({ holds: [raw, 'DKIM-Signature: v=1;'], lacks: ['perch=C3=A9'] }),
  },
  {
    what: '8-bit text inside multipart/signed, which keeps its bytes',
    message: letter(
      [
        'MIME-Version: 1.0',
        'Content-Type: multipart/signed; micalg=sha-256; protocol="application/pkcs7-signature"; boundary=s',
      ],
      ['--s', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', raw, ...seal].join(
        '\r\n',
      ),
    ),
    outcome: certified({ holds: [raw], lacks: ['perch=C3=A9'] }),
  },
  {
    what: '8-bit text beside multipart/signed, which alone is encoded or kept with it',
    message: letter(
      ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=x'],
      [
        '--x',
        'Content-Type: multipart/signed; boundary=s',
        '',
        '--s',
        'Content-Type: text/plain; charset=utf-8',
        '',
        utf8('là firmato'),
        ...seal,
        '--x--',
        '',
      ].join('\r\n'),
    ),
    outcome: certified({ holds: [utf8('là firmato')] }),
  },
  {
    what: '8-bit text in PGP armour, which keeps its bytes',
    message: letter(
      eightBitText,
      `-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\n${raw}\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nx\r\n-----END PGP SIGNATURE-----\r\n`,
    ),
    outcome: certified({ holds: [raw], lacks: ['perch=C3=A9'] }),
  },
  {
    what: 'an opaque application/pkcs7-mime',
    message: letter(
      [
        'MIME-Version: 1.0',
        'Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m',
        'Content-Transfer-Encoding: base64',
      ],
      'MIIBAAAA\r\n',
    ),
    outcome: certified({ holds: ['smime-type=signed-data', '\r\nMIIBAAAA\r\n'] }),
  },
  {
    what: '8-bit text inside message/rfc822, which is encoded there',
    message: letter(
      ['MIME-Version: 1.0', 'Content-Type: message/rfc822', 'Content-Transfer-Encoding: 8bit'],
      ['From: a@b.example', ...eightBitText, '', raw, ''].join('\r\n'),
    ),
    outcome: certified({ holds: ['From: a@b.example', 'perch=C3=A9'], lacks: [raw] }),
  },
  {
    what: 'binary octets in an attachment, which become base64',
    message: letter(
      ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=x'],
      [
        '--x',
        'Content-Type: application/octet-stream',
        'Content-Transfer-Encoding: 8bit',
        '',
        '\x80\x81\x82\x83\xfe\xff',
        '--x--',
        '',
      ].join('\r\n'),
    ),
    outcome: certified({ holds: ['Content-Transfer-Encoding: base64\r\n\r\ngIGCg/7/\r\n--x--'] }),
  },
  {
    what: 'a body line of 998 octets',
    message: letter([], `${'l'.repeat(998)}\r\n`),
    outcome: certified({ holds: [`\r\n${'l'.repeat(998)}\r\n`] }),
  },
  {
    what: 'a body line of 999 octets',
    message: letter([], `${'l'.repeat(999)}\r\n`),
    outcome: refused(['SUBMISSION-LINES'], 'la riga 5 del messaggio ha 999 byte'),
  },
  {
    what: 'a body of a hundred kibibytes in one line without end',
    message: letter([], 'l'.repeat(102_400)),
    outcome: refused(['SUBMISSION-LINES'], 'la riga 5 del messaggio ha 102400 byte'),
  },
  {
    what: 'a field in a line of 1,200 octets',
    message: letter([`X-Lungo: ${'l'.repeat(1_191)}`]),
    outcome: refused(['SUBMISSION-LINES'], 'la riga 4 del messaggio ha 1200 byte'),
  },
  {
    what: 'lines that begin with dots, and one that is a dot',
    message: letter([], '.\r\n..\r\n.punto\r\n...\r\nfine\r\n'),
    outcome: certified({ holds: ['\r\n\r\n.\r\n..\r\n.punto\r\n...\r\nfine'] }),
  },
  {
    what: 'a dot between bare line feeds, which ends nothing',
    message: letter([], 'prima\n.\nMAIL FROM:<a@b.example>\ndopo\r\n'),
    outcome: certified({ holds: ['MAIL FROM:<a@b.example>', 'dopo'] }),
  },
  {
    what: 'a dot after a bare carriage return, which ends nothing',
    message: letter([], 'prima\r.\rRCPT TO:<a@b.example>\rdopo\r\n'),
    outcome: certified({ holds: ['RCPT TO:<a@b.example>', 'dopo'] }),
  },
  {
    what: 'a body beyond the largest size, which was not announced',
    message: letter([], 'riga di testo\r\n'.repeat(120_000)),
    outcome: { kind: 'replied', command: 'DATA', reply: '552', rule: '' },
  },
  {
    what: 'the line ends of a file in all of it',
    message: letter(['Subject: Da un file'], 'prima\r\n\r\ndopo\r\n').replaceAll('\r\n', '\n'),
    outcome: certified({ oggetto: 'Da un file', holds: ['\r\n\r\nprima\r\n\r\ndopo\r\n'] }),
  },
  {
    what: 'the line ends of a file in a header without body',
    message: letter(['Subject: Solo intestazione'], '').replaceAll('\r\n', '\n').trimEnd(),
    outcome: certified({ oggetto: 'Solo intestazione' }),
  },
  {
    what: 'the line ends of a file in the header, CRLF in the body',
    message: `${letter(['Subject: Misto'], '').replaceAll('\r\n', '\n')}prima\r\n\r\ndopo\r\n`,
    outcome: certified({ oggetto: 'Misto', holds: ['\r\n\r\nprima\r\n\r\ndopo\r\n'] }),
  },
  {
    what: 'a NUL in the body',
    message: letter([], 'prima\0dopo\r\n'),
    outcome: refused(['SUBMISSION-HEADER'], 'non ha la forma di un messaggio di posta'),
  },
  {
    what: 'a body without a line end',
    message: letter([], 'senza fine'),
    outcome: certified({ holds: ['\r\nsenza fine\r\n'] }),
  },
  {
    what: 'a header and no body',
    message: [`From: ${mario}`, `To: ${comune}`, date, 'Subject: Solo intestazione', ''].join('\r\n'),
    outcome: certified({ oggetto: 'Solo intestazione' }),
  },
  {
    what: 'an empty message',
    message: '',
    outcome: refused(['RFC6109-3.1.1-1', 'RFC6109-3.1.1-2', 'RFC6109-3.1.1-4'], 'il campo From manca'),
  },
  {
    what: 'a body and no header',
    message: '\r\nCaro Comune,\r\nbuongiorno.\r\n',
    outcome: refused(['RFC6109-3.1.1-1', 'RFC6109-3.1.1-2', 'RFC6109-3.1.1-4'], 'il campo To manca'),
  },
];
