import { createHash, createHmac } from 'node:crypto';
import type { CertifiedAddress } from './certified-address.ts';
import type { CodiceFiscale } from './codice-fiscale.ts';
import type { NumericCodiceFiscale } from './codice-fiscale-numeric.ts';

/** A UUID in lower case with hyphens: what fits a `uuid` column, a Kafka key and a URL alike. */
export type Uuid = string & { readonly __uuid: unique symbol };

/** By what name the suite knows a person or body in topics and tables: their codice fiscale cannot be read from it. */
export type HolderId = Uuid & { readonly __holderId: unique symbol };

/**
 * The id of a holder: HMAC-SHA-256 of the codice fiscale **as written**, under the suite's holder key (32 bytes).
 * Omocodia is never undone first, or two persons would become one. It is a holder's first id, not a promise for ever:
 * when the tax office corrects a code, the holder keeps the id.
 * @rule HOLDER-ID
 */
export function holderId(key: Uint8Array, code: CodiceFiscale | NumericCodiceFiscale): HolderId {
  return keyed(key, 'holder', code) as HolderId;
}

/**
 * The key under which all namesakes of one address meet in a topic, so that their numbers follow the cohort's order:
 * HMAC-SHA-256 of the unnumbered address. The name cannot be read from it.
 */
export function baseAddressId(key: Uint8Array, base: CertifiedAddress): Uuid {
  return keyed(key, 'base-address', base);
}

/**
 * The id of a thing that is made once however often it is asked for: the same kind and parts give the same UUID.
 * Parts are kept apart, so `('a', 'bc')` and `('ab', 'c')` differ. Not a secret: who knows the parts knows the id.
 */
export function derivedId(kind: string, ...parts: readonly string[]): Uuid {
  return uuid(createHash('sha256').update(framed(kind, parts)).digest());
}

function keyed(key: Uint8Array, kind: string, text: string): Uuid {
  if (key.byteLength < 32) throw new RangeError('the key of an id has at least 32 bytes');
  return uuid(
    createHmac('sha256', key)
      .update(framed(kind, [text]))
      .digest(),
  );
}

/** Each part behind its length, so that no two lists of parts have the same bytes. */
function framed(kind: string, parts: readonly string[]): Buffer {
  return Buffer.concat(
    [kind, ...parts].flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** RFC 9562 version 8: 122 bits of the digest, and the six that say what kind of UUID it is. */
function uuid(digest: Buffer): Uuid {
  const bytes = Buffer.from(digest.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Uuid;
}
