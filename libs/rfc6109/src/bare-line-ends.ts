import { longestHeader } from './header-fields.ts';

/** A CR or LF inside a field of a header that ends no line, as the message came. */
export interface BareLineEnd {
  /** The name of the field as it stands. */
  readonly field: string;
  readonly octet: number;
}

/**
 * The first CR or LF of each header field that is no part of a line end. Lines end with CRLF; in a message whose header has no
 * CRLF, which has the line ends of a file, with LF, whatever its body has: over SMTP its last line ends with CRLF. To be read
 * before bare line ends become CRLF: afterwards such a field is two. Message-ID is left out: what it holds is never a fault
 * (RFC 6409 section 8.3).
 * @rule SUBMISSION-ASCII
 */
export function bareLineEndsIn(submitted: Buffer): BareLineEnd[] {
  const text = submitted.toString('latin1', 0, longestHeader);
  const lineEnd = upTo(text, /\r?\n\r?\n|\r\n$/).includes('\r\n') ? '\r\n' : '\n';
  if (text.startsWith(lineEnd)) return [];
  const [fieldEnd, bare, headerEnd] =
    lineEnd === '\n' ? [/\n(?![ \t])/, /\r/, /\n\r?\n|\r\n$/] : [/\r\n(?![ \t])/, /\r(?!\n)|(?<!\r)\n/, /\r\n\r\n/];
  return upTo(text, headerEnd)
    .split(fieldEnd)
    .flatMap((field) => {
      const name = /^[!-9;-~]+/.exec(field)?.[0];
      const octet = bare.exec(field)?.[0].charCodeAt(0);
      if (name === undefined || octet === undefined || name.toLowerCase() === 'message-id') return [];
      return [{ field: name, octet }];
    });
}

function upTo(text: string, end: RegExp): string {
  const found = end.exec(text);
  return found === null ? text : text.slice(0, found.index);
}
