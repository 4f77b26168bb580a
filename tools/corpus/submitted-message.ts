import { parseInstant } from '@recapito/primitives';
import type { Signer } from '@recapito/rfc6109';
import { readFileSync } from 'node:fs';
import type { LegalMessage } from './legal-messages.ts';

/** Bytes enough for several lines of base64. */
const document = Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 7) % 256));

const letter = [
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Gentile ufficio,',
  'chiedo la residenza, perché abito già in città.',
  '',
];
const pdf = (name: string) => [
  `Content-Type: application/pdf; name="${name}"`,
  'Content-Transfer-Encoding: base64',
  `Content-Disposition: attachment; filename="${name}"`,
  '',
  ...inLines(document.toString('base64')),
];
/** A name beyond ASCII, content in quoted-printable. */
const table = [
  'Content-Type: text/csv; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  "Content-Disposition: attachment; filename*=UTF-8''citt%C3%A0%20e%20vie.csv",
  '',
  'citt=C3=A0;via',
  'Firenze;=E2=80=94',
  '',
];
/** An enclosed message without a name, which has an attachment of its own. */
const enclosed = [
  'Content-Type: message/rfc822',
  '',
  'From: Anna Bianchi <anna.bianchi@posta.example>',
  'Subject: Inoltro',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="interno"',
  '',
  '--interno',
  ...pdf('interno.pdf'),
  '--interno--',
  '',
];
/** A text that was enciphered for a certificate of the corpus's own, once, by other people's software. */
const enciphered = readFileSync(new URL('enciphered.b64', import.meta.url), 'latin1')
  .trimEnd()
  .split('\n');

/** What the citizen's client hands in: header and content, lines ended by CRLF. */
export async function submittedMessage(message: LegalMessage, citizen: Signer): Promise<Buffer> {
  const header = [
    `From: Mario Rossi <${message.mittente}>`,
    `To: ${message.to.map(({ indirizzo }) => indirizzo).join(',\r\n ')}`,
    ...(message.cc.length > 0 ? [`Cc: ${message.cc.map(({ indirizzo }) => indirizzo).join(',\r\n ')}`] : []),
    ...(message.oggetto === null ? [] : [`Subject: ${encodedWords(message.oggetto)}`]),
    ...(message.msgid === null ? [] : [`Message-ID: ${message.msgid}`]),
    `X-TipoRicevuta: ${message.ricevuta}`,
    'MIME-Version: 1.0',
  ];
  return wire([...header, ...(await contentOf(message, citizen))]);
}

async function contentOf({ content, calendar }: LegalMessage, citizen: Signer): Promise<string[]> {
  switch (content) {
    case 'text':
      return letter;
    case 'attachments':
      return multipart('mixed', 'parti', [letter, pdf('domanda.pdf'), table, enclosed]);
    case 'signed': {
      const covered = multipart('mixed', 'parti', [letter, pdf('domanda firmata.pdf')]);
      const signature = await citizen.sign(wire(covered), parseInstant(calendar.accepted));
      return multipart('signed; protocol="application/pkcs7-signature"; micalg=sha-256', 'firma', [
        covered,
        [
          'Content-Type: application/pkcs7-signature; name="smime.p7s"',
          'Content-Transfer-Encoding: base64',
          'Content-Disposition: attachment; filename="smime.p7s"',
          '',
          ...inLines(signature.toString('base64')),
        ],
      ]);
    }
    case 'enveloped':
      return [
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename="smime.p7m"',
        '',
        ...enciphered,
        '',
      ];
  }
}

function multipart(subtype: string, boundary: string, parts: readonly (readonly string[])[]): string[] {
  const inside = parts.flatMap((part) => [`--${boundary}`, ...part]);
  return [`Content-Type: multipart/${subtype}; boundary="${boundary}"`, '', ...inside, `--${boundary}--`, ''];
}

function wire(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'utf8');
}

function inLines(base64: string): string[] {
  return base64.match(/.{1,76}/g) ?? [];
}

/** As mail programs write a subject: in encoded words of base64, whole characters in each. */
function encodedWords(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  const pieces = Array.from(text).reduce<string[]>(
    (done, character) => {
      const last = done.at(-1) ?? '';
      return Buffer.byteLength(last + character) > 45 ? [...done, character] : [...done.slice(0, -1), last + character];
    },
    [''],
  );
  return pieces.map((piece) => `=?utf-8?B?${Buffer.from(piece, 'utf8').toString('base64')}?=`).join('\r\n ');
}
