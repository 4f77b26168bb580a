/** Base64 in lines of 76 characters, ended by CRLF (RFC 2045 section 6.8). */
export function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let lines = '';
  for (let at = 0; at < text.length; at += 76) lines += `${text.slice(at, at + 76)}\r\n`;
  return lines;
}

/** Quoted-printable of text in ISO-8859-1 (RFC 2045 section 6.7). Lines end by CRLF on both sides. */
export function quotedPrintable(latin1: Uint8Array): string {
  const text = Buffer.from(latin1.buffer, latin1.byteOffset, latin1.byteLength).toString('latin1');
  return text.split('\r\n').map(encodedLine).join('\r\n');
}

function encodedLine(line: string): string {
  const last = line.length - 1;
  let done = '';
  let width = 0;
  for (let at = 0; at <= last; at++) {
    const piece = encodedCharacter(line.charCodeAt(at), at === last);
    if (width + piece.length > 75 && !(at === last && width + piece.length === 76)) {
      done += '=\r\n';
      width = 0;
    }
    done += piece;
    width += piece.length;
  }
  return done;
}

function encodedCharacter(code: number, last: boolean): string {
  const plain = (code > 32 && code < 127 && code !== 61) || ((code === 32 || code === 9) && !last);
  return plain ? String.fromCharCode(code) : `=${code.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The bytes of a part by its Content-Transfer-Encoding; null when the encoding is unknown or broken. */
export function decodeTransfer(encoding: string, body: Buffer): Buffer | null {
  switch (encoding.toLowerCase()) {
    case '7bit':
    case '8bit':
    case 'binary':
      return body;
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    default:
      return null;
  }
}

const hexDigits = new Int8Array(256).fill(-1);
for (const digit of '0123456789ABCDEFabcdef') hexDigits[digit.charCodeAt(0)] = Number.parseInt(digit, 16);
const [tab, lineFeed, carriageReturn, space, equals] = [9, 10, 13, 32, 61];

const piece = 48 * 1024;

/** In pieces: beside the answer it takes little memory, however long the body is. */
function decodeBase64(body: Buffer): Buffer | null {
  const decoded = Buffer.allocUnsafe(Math.ceil(body.length / 4) * 3);
  let [written, waiting, padded] = [0, '', false];
  for (let from = 0; from < body.length; from += piece) {
    const letters = waiting + body.toString('latin1', from, from + piece).replace(/[ \t\r\n]+/g, '');
    if (padded && letters !== '') return null;
    const whole = from + piece < body.length ? letters.length - (letters.length % 4) : letters.length;
    const taken = letters.slice(0, whole);
    const octets = decoded.write(taken, written, 'base64');
    if (octets !== octetsOf(taken)) return null;
    written += octets;
    waiting = letters.slice(whole);
    padded ||= taken.endsWith('=');
  }
  return decoded.subarray(0, written);
}

/**
 * How many octets the letters stand for, padding left out; -1 when a letter is missing. The decoder skips what is no letter,
 * so it writes fewer octets than that; it also takes the two letters of base64url, which mail does not have.
 */
function octetsOf(letters: string): number {
  if (letters.includes('-') || letters.includes('_')) return -1;
  const padding = letters.endsWith('==') ? 2 : letters.endsWith('=') ? 1 : 0;
  const count = letters.length - padding;
  return count % 4 === 1 ? -1 : Math.floor((count * 3) / 4);
}

/** Line by line: blanks at the end of a line do not count, an equals sign there joins it with the next. */
function decodeQuotedPrintable(body: Buffer): Buffer {
  const decoded = Buffer.allocUnsafe(body.length + bareLineFeeds(body));
  let written = 0;
  for (let at = 0, next = 0; at < body.length; at = next + 1) {
    next = at;
    while (next < body.length && body[next] !== lineFeed) next++;
    let until = next;
    while (until > at && isBlank(body[until - 1] ?? 0)) until--;
    const joined = until > at && body[until - 1] === equals;
    decodeLine(at, joined ? until - 1 : until);
    if (joined || next === body.length) continue;
    decoded[written++] = carriageReturn;
    decoded[written++] = lineFeed;
  }
  return decoded.subarray(0, written);

  function decodeLine(from: number, until: number): void {
    for (let at = from; at < until; at++) {
      const octet = body[at] === equals && at + 2 < until ? hexOctet(body[at + 1] ?? 0, body[at + 2] ?? 0) : -1;
      decoded[written++] = octet === -1 ? (body[at] ?? 0) : octet;
      if (octet !== -1) at += 2;
    }
  }
}

function hexOctet(high: number, low: number): number {
  const [left, right] = [hexDigits[high] ?? -1, hexDigits[low] ?? -1];
  return left === -1 || right === -1 ? -1 : left * 16 + right;
}

/** Each of them becomes two bytes. */
function bareLineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === lineFeed && bytes[at - 1] !== carriageReturn) count++;
  return count;
}

function isBlank(byte: number): boolean {
  return byte === space || byte === tab || byte === carriageReturn;
}
