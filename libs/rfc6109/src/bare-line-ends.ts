import { longestHeader } from './header-fields.ts';

/** A CR or LF inside a field of a header that ends no line, as the message came. */
export interface BareLineEnd {
  /** The name of the field as it stands. */
  readonly field: string;
  readonly octet: number;
}

/**
 * The first CR or LF of each header field that is no part of a line end. Lines end with CRLF; in a message without any CRLF,
 * which has the line ends of a file, with LF. To be read before bare line ends become CRLF: afterwards such a field is two.
 * Message-ID is left out: what it holds is never a fault (RFC 6409 section 8.3). // SUBMISSION-ASCII
 */
export function bareLineEndsIn(submitted: Buffer): BareLineEnd[] {
  const lineEnd = submitted.includes('\r\n') ? '\r\n' : '\n';
  const end = submitted.indexOf(lineEnd + lineEnd);
  const header = submitted.toString('latin1', 0, Math.min(end === -1 ? submitted.length : end, longestHeader));
  if (header.startsWith(lineEnd)) return [];
  const [fieldEnd, bare] = lineEnd === '\n' ? [/\n(?![ \t])/, /\r/] : [/\r\n(?![ \t])/, /\r(?!\n)|(?<!\r)\n/];
  return header.split(fieldEnd).flatMap((text) => {
    const field = /^[!-9;-~]+/.exec(text)?.[0];
    const octet = bare.exec(text)?.[0].charCodeAt(0);
    if (field === undefined || octet === undefined || field.toLowerCase() === 'message-id') return [];
    return [{ field, octet }];
  });
}
