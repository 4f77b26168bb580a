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

function decodeBase64(body: Buffer): Buffer | null {
  const text = body.toString('latin1').replace(/[ \t\r\n]/g, '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
}

function decodeQuotedPrintable(body: Buffer): Buffer {
  const lines = body.toString('latin1').split('\n').map(withoutTrailingSpace);
  const text = lines.map((line, at) => (line.endsWith('=') ? line.slice(0, -1) : line + lineEnd(at))).join('');
  const bytes = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');

  function lineEnd(at: number): string {
    return at === lines.length - 1 ? '' : '\r\n';
  }
}

function withoutTrailingSpace(line: string): string {
  let end = line.length;
  while (end > 0 && ' \t\r'.includes(line.charAt(end - 1))) end--;
  return line.slice(0, end);
}
