import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The one file that makes header fields. */
export const headerWriter = 'libs/rfc6109/src/header-writing.ts';

const field =
  '(?:Bcc|Cc|Content-[A-Za-z-]+|Date|DKIM-Signature|From|In-Reply-To|MIME-Version|Message-ID|Received|References|Reply-To|Return-Path|Sender|Subject|To|X-[A-Za-z-]+)';

/** A text that begins with the name of a field, or has one after a line end: `'Subject: '`, `\r\nX-Ricevuta: `. */
const writtenField = new RegExp(`(?:['"\`]|\\\\r\\\\n)${field}: ?`);

/** The brand of header fields, put on a text that somebody else made. */
const forgedBrand = /\bas HeaderText\b/;

/**
 * Lines of the product that write a header field past {@link headerWriter}, where values are checked: `FILE:LINE: text`.
 * `paths` are relative to `root`.
 */
export function headersWrittenPast(root: string, paths: readonly string[]): string[] {
  return paths
    .filter((path) => path !== headerWriter)
    .flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .map((line, at) => ({ line: line.trim(), at: at + 1 }))
        .filter(({ line }) => !/^(?:\/?\*|\/\/)/.test(line) && (writtenField.test(line) || forgedBrand.test(line)))
        .map(({ line, at }) => `${path}:${at}: ${line}`),
    );
}
