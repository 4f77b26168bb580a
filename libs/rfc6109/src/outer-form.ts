import { addressesIn, fieldsNamed, fieldValue, valueOf } from './header-fields.ts';
import type { Header } from './header-fields.ts';

/** Fields of which readers take the first or the last when they stand twice. */
const once = [
  'from',
  'sender',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'x-riferimento-message-id',
  'x-trasporto',
  'x-ricevuta',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
];

/** A multipart is never encoded as a whole (RFC 2045 section 6.4). */
const plainEncodings = ['', '7bit', '8bit', 'binary'];

const blankContinuation = /\n[ \t]+\r?\n/;
const boundary = /;\s*boundary\s*(\*[^=]*)?=/gi;

/**
 * What about the header of a signed message readers would take in more than one way, so that some show what was signed and
 * others something else beside it; null when there is one reading. No signature covers these fields.
 * @rule INCOMING-AGREES
 */
export function ambiguityIn(outer: Header): string | null {
  const { fields, wellFormed } = outer;
  if (!wellFormed || fields.some(({ raw }) => hasBlankContinuation(raw))) return 'RFC 5322';
  const repeated = once.find((name) => fieldsNamed(outer, name).length > 1);
  if (repeated !== undefined) return repeated;
  const encoding = fieldValue(outer, 'content-transfer-encoding') ?? '';
  if (
    !plainEncodings.includes(
      encoding
        .replace(/\([^()]*\)/g, '')
        .trim()
        .toLowerCase(),
    )
  )
    return 'Content-Transfer-Encoding';
  const [type] = fieldsNamed(outer, 'content-type');
  const boundaries = type === undefined ? [] : Array.from(valueOf(type).matchAll(boundary), ([, extended]) => extended);
  return boundaries.length === 1 && boundaries[0] === undefined ? null : 'Content-Type';
}

function hasBlankContinuation(raw: Buffer): boolean {
  return raw.indexOf(10) !== raw.length - 1 && blankContinuation.test(raw.toString('latin1'));
}

/** Whether Sender names nobody but those given, in lower case; clients show it beside From. */
export function isSentBy(outer: Header, senders: readonly string[]): boolean {
  if (fieldsNamed(outer, 'sender').length === 0) return true;
  const { addresses, malformed } = addressesIn(outer, 'sender');
  return !malformed && addresses.every((address) => senders.includes(address));
}
