import { createHash } from 'node:crypto';
import type { CertificationData } from '@recapito/rfc6109';

/**
 * The deduplication key of a message that comes in: made of what its provider has signed, never of a field that anybody
 * may change. Each key is the SHA-256, in hex, of texts between which no text can hold the separator.
 * @rule INCOMING-ONCE
 */
export interface ArrivalKeys {
  /** Under which it is kept. */
  readonly key: string;
  /** Under which it may have been kept before this release; null when there was none. */
  readonly earlier: string | null;
}

const separator = '\x1f';

/** An envelope: its signer and its id. */
export function envelopeKeys(signedBy: string, identificativo: string): ArrivalKeys {
  return { key: keyOf('envelope', signedBy, identificativo), earlier: null };
}

/** The same in SQL, of two columns. */
export function envelopeKeySql(signedBy: string, identificativo: string): string {
  return `encode(sha256(convert_to(concat_ws(E'\\x1f', 'envelope', ${signedBy}, ${identificativo}), 'UTF8')), 'hex')`;
}

/**
 * A receipt or notice: its signer, its kind, the message and the recipients that it speaks of; a notice of time limits its
 * instant too, since there are two for each recipient.
 */
export function receiptKeys(signedBy: string, receipt: CertificationData, messageId: string): ArrivalKeys {
  const { tipo, identificativo, consegna, ricezione, at } = receipt;
  const about = (consegna === null ? ricezione : [consegna]).map((address) => address.toLowerCase()).toSorted();
  const instant = tipo === 'preavviso-errore-consegna' ? [String(at)] : [];
  return {
    key: keyOf('receipt', signedBy, tipo, identificativo, ...instant, ...about),
    earlier: keyOf('receipt-by-id', signedBy, tipo, identificativo, messageId),
  };
}

/** What a provider of the index has signed and what certifies nothing: its signer and the part that was signed. */
export function signedAnomalyKeys(signedBy: string, signed: Uint8Array): Pick<ArrivalKeys, 'key'> {
  return { key: keyOf('anomaly', signedBy, sha256(signed)) };
}

/** Ordinary mail: its bytes, by which anomalies of every kind were known before this release. */
export function ordinaryKeys(bytes: Uint8Array): ArrivalKeys {
  return { key: keyOf('anomaly-by-bytes', sha256(bytes)), earlier: null };
}

function keyOf(...texts: readonly string[]): string {
  return sha256(Buffer.from(texts.join(separator), 'utf8'));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
