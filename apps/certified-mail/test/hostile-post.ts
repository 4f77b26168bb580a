import { fillWithMalice, hostileShapes } from '../../../libs/rfc6109/test/hostile-mail.ts';

/** Of so many messages this one is malice by its shape, the others are real ones in which something was changed. */
const everyShape = 8;

const pieces = [
  '\r\n\r\n',
  '\r\n--',
  '\0',
  'Content-Type: multipart/signed; boundary=x\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'X-Ricevuta: avvenuta-consegna\r\n',
  'X-Trasporto: posta-certificata\r\n',
  '=?utf-8?B?////?=',
  '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]>',
  '0\x80'.repeat(40),
  'To: a@b, <<<(((((, "\r\n',
  ')'.repeat(2_000),
  `Message-ID: <${'a'.repeat(3_000)}@b.example>\r\n`,
  'Subject: =?utf-16be?B?2D0=?= =?x-nessuno?Q?=00?=\r\n',
  `Cc: ${'a@b.example, '.repeat(8_000)}\r\n`,
].map((piece) => Buffer.from(piece, 'latin1'));

/**
 * Messages that are neither believed nor harmless: shapes of up to a mebibyte, and real ones that were cut, changed and
 * added to, each with its number. The same ones for the same count and seeds.
 */
export function* hostilePost(count: number, seeds: readonly Buffer[]): Generator<readonly [nth: number, Buffer]> {
  const draw = drawing(count);
  for (let nth = 0; nth < count; nth++) {
    const shape = hostileShapes[Math.floor(nth / everyShape) % hostileShapes.length] ?? '';
    const seed = seeds[nth % seeds.length] ?? Buffer.alloc(0);
    const isShape = nth % everyShape === 0;
    const size = 64 * 1_024 + draw(960 * 1_024);
    yield [nth, isShape ? fillWithMalice(Buffer.alloc(size), shape) : changed(seed, 1 + draw(4), draw)];
  }
}

function changed(message: Buffer, changes: number, draw: (below: number) => number): Buffer {
  let bytes = message;
  for (let nth = 0; nth < changes; nth++) {
    const from = draw(bytes.byteLength);
    const piece = pieces[draw(pieces.length * 2)] ?? Buffer.alloc(draw(60), draw(256));
    bytes = Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(from + draw(200))]);
  }
  return bytes;
}

/** A row of numbers that is the same for the same beginning: a linear congruence is random enough for this. */
function drawing(beginning: number): (below: number) => number {
  let state = beginning;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What SMTP makes of bytes inside DATA: lines end in CRLF, and no line is the dot alone. */
export function asData(message: Buffer): Buffer {
  const lines = message
    .toString('latin1')
    .replace(/\r\n|\r|\n/g, '\r\n')
    .replace(/^\./gm, '..');
  return Buffer.from(`${lines}\r\n.\r\n`, 'latin1');
}
