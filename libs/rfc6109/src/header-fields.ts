import { isUtf8 } from 'node:buffer';
import { isRefusal, parseWrittenAddress } from '@recapito/primitives';
import { addressParser } from 'postal-mime';
import { addressesOf } from './address-list.ts';
import { decodeText } from './encoded-words.ts';
import type { DecodedText } from './encoded-words.ts';

/** One field of a header as it stands in the message. */
export interface HeaderField {
  /** Lower case: names are compared without regard to case. */
  readonly name: string;
  /** The whole field, folding and final CRLF included. */
  readonly raw: Buffer;
}

/** The header of a message or part, and where the body begins. */
export interface Header {
  readonly fields: readonly HeaderField[];
  readonly bodyAt: number;
  /** False when a line is neither a field nor the continuation of one: readers would disagree about such a header. */
  readonly wellFormed: boolean;
}

/** A header longer than this, in bytes or in fields, is not read at all. */
export const longestHeader = 256 * 1024;
const mostFields = 2_000;

const fieldName = /^[!-9;-~]{1,200}[ \t]*:/;

/** Splits a header into its fields. Null when it does not end within {@link longestHeader} bytes, or has thousands. */
export function readHeader(bytes: Buffer): Header | null {
  const fields: { name: string; from: number; until: number }[] = [];
  let wellFormed = true;
  let at = 0;
  while (at < bytes.length && at <= longestHeader) {
    const end = bytes.indexOf(10, at);
    const next = end === -1 ? bytes.length : end + 1;
    const line = bytes.toString('latin1', at, Math.min(next, at + 256));
    if (line === '\r\n' || line === '\n') return { fields: fields.map(cut), bodyAt: next, wellFormed };
    const last = fields.at(-1);
    const name = fieldName.exec(line)?.[0];
    if (/^[ \t]/.test(line) && last) last.until = next;
    else if (name === undefined) wellFormed = false;
    else if (fields.length === mostFields) return null;
    else fields.push({ name: name.slice(0, -1).trimEnd().toLowerCase(), from: at, until: next });
    at = next;
  }
  return at > longestHeader ? null : { fields: fields.map(cut), bodyAt: bytes.length, wellFormed };

  function cut({ name, from, until }: { name: string; from: number; until: number }): HeaderField {
    return { name, raw: bytes.subarray(from, until) };
  }
}

/** All fields of that name (lower case), in their order. */
export function fieldsNamed(header: Header, name: string): HeaderField[] {
  return header.fields.filter((field) => field.name === name);
}

/** The value of the first field of that name, unfolded and trimmed, encoded words left as they are; null without one. */
export function fieldValue(header: Header, name: string): string | null {
  const field = header.fields.find((candidate) => candidate.name === name);
  return field ? valueOf(field) : null;
}

/** What stands after the colon, unfolded and trimmed. Bytes beyond ASCII are read as UTF-8, else as ISO-8859-1. */
export function valueOf({ raw }: HeaderField): string {
  const body = raw.subarray(raw.indexOf(58) + 1);
  return asText(body).replace(/\r?\n/g, '').trim();
}

function asText(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

/**
 * The first field of that name as a person reads it, its encoded words decoded; null without one. Bytes that are no UTF-8
 * are read as ISO-8859-1, which is a guess: `lost` says so.
 */
export function textIn(header: Header, name: string): DecodedText | null {
  const [field] = fieldsNamed(header, name);
  if (!field) return null;
  const decoded = decodeText(valueOf(field));
  return isUtf8(field.raw) ? decoded : { ...decoded, lost: true };
}

const encodedWord = /=\?[^?\s]+\?[BbQq]\?([^?\s]*)\?=/g;

/**
 * Encoded words stand in names and comments alone (RFC 2047 section 5), where they do not matter here; the parser would
 * take an address out of one, which nobody else sees. Null when one holds what ends a name or begins an address: a reader that
 * takes the list apart first would find others.
 */
function withoutEncodedWords(value: string): string | null {
  const words = Array.from(value.matchAll(encodedWord), ([, payload = '']) => payload);
  if (words.some(isReadInTwoWays)) return null;
  return words.length === 0 ? value : value.replace(encodedWord, '" "');
}

/**
 * Asked of the whole payload at once: a pattern would go through the rest of it from each of its letters.
 * @rule HEADER-COST
 */
function isReadInTwoWays(payload: string): boolean {
  return /[")<>\\]/.test(payload) || (payload.includes('@') && /[,;]/.test(payload));
}

/** A longer list of which readers find different addresses is not read at all. */
const longestGuess = 16 * 1024;

function guessedAddresses(list: string): string[] {
  if (list.length > longestGuess) return [];
  return addressParser(list, { flatten: true }).map(({ address = '' }) => address);
}

/**
 * The addresses of all fields of that name, groups opened: `addresses` in lower case, `written` the same with the local parts
 * as they stand. `malformed` is true when an entry is no address that mail can go to, or the list has more than one reading.
 */
export function addressesIn(
  header: Header,
  name: string,
): { addresses: string[]; written: string[]; malformed: boolean } {
  const addresses: string[] = [];
  const written: string[] = [];
  let malformed = false;
  for (const list of fieldsNamed(header, name).map(valueOf)) {
    const plain = withoutEncodedWords(list);
    const clear = plain === null ? null : addressesOf(plain);
    malformed ||= clear === null;
    for (const text of clear ?? guessedAddresses(plain ?? list)) {
      const parsed = parseWrittenAddress(text);
      if (isRefusal(parsed)) malformed = true;
      else {
        addresses.push(parsed.address);
        written.push(parsed.exact);
      }
    }
  }
  return { addresses, written, malformed };
}
