import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { certificateHash } from './certificate.ts';
import { contentOf, partsOf } from './mime-entity.ts';
import type { MimeEntity } from './mime-entity.ts';
import type { ProviderEntry, ProviderIndex } from './provider-index.ts';
import { isSignedBy, readSignedData } from './signed-data.ts';
import type { SignedData } from './signed-data.ts';
import type { Trust } from './trust.ts';

/** Who signed a message, and over what. */
export interface Verdict {
  readonly provider: ProviderEntry;
  readonly certificateHash: string;
  /** The mail addresses that the certificate names, in lower case. */
  readonly addresses: readonly string[];
  /** SHA-1 is still sent by providers; it is believed, and told. */
  readonly digest: SignedData['digest'];
  /** The part that the signature covers. */
  readonly content: MimeEntity;
}

export type SignatureRefusal = Refusal<
  | 'signature/absent'
  | 'signature/unreadable'
  | 'signature/unknown-certificate'
  | 'signature/altered'
  | 'signature/untrusted'
  | 'signature/expired'
  | 'signature/revoked'
  | 'signature/revocation-unknown'
>;

/** A longer signature is not read: one with a chain of certificates has twenty kilobytes. */
const longestSignature = 256 * 1024;

/**
 * The first checks of the incoming point, in their order (RFC 6109 section 2.2.2): there is a signature; its
 * certificate is in the index; it holds over the content; its certificate is to be believed at this instant.
 */
export function verifySignature(
  message: MimeEntity,
  known: { index: ProviderIndex; trust: Trust },
  at: Instant,
): Verdict | SignatureRefusal {
  const signedParts = signedPartsOf(message);
  if (!signedParts) return absent();
  const { content, signature } = signedParts;
  const encoded = contentOf(signature, longestSignature);
  const signed = encoded ? readSignedData(encoded) : null;
  if (!signed) return unreadable();
  const found = certificateBehind(signed, known.index);
  if (!found) return unknownCertificate();
  if (!isSignedBy(signed, content.raw, found.certificate.publicKey)) return altered();
  return known.trust(found.certificate, at) ?? { ...found.named, digest: signed.digest, content };
}

/** What a multipart/signed of S/MIME consists of, whoever signed it; null for any other message. */
export function signedPartsOf(message: MimeEntity): { content: MimeEntity; signature: MimeEntity } | null {
  const parts = message.type.type === 'multipart/signed' ? partsOf(message) : null;
  const [content, signature] = parts ?? [];
  return parts?.length === 2 && content && signature && isSignature(signature) ? { content, signature } : null;
}

function isSignature({ type }: MimeEntity): boolean {
  return type.type === 'application/pkcs7-signature' || type.type === 'application/x-pkcs7-signature';
}

function certificateBehind(signed: SignedData, index: ProviderIndex) {
  for (const raw of signed.certificates) {
    const hash = certificateHash(raw);
    const named = index.certificateNamed(hash);
    if (!named?.certificate.raw.equals(raw) || !named.signerId.equals(signed.signerId)) continue;
    const { certificate, provider, addresses } = named;
    return { certificate, named: { provider, certificateHash: hash, addresses } };
  }
  return null;
}

function absent() {
  return refuse('signature/absent', 'INCOMING-SIGNED', {
    it: 'Il messaggio non porta la firma di un gestore.',
    en: 'The message bears no provider’s signature.',
  });
}

function unreadable() {
  return refuse('signature/unreadable', 'INCOMING-SIGNED', {
    it: 'La firma del messaggio non è leggibile.',
    en: 'The signature of the message cannot be read.',
  });
}

function unknownCertificate() {
  return refuse('signature/unknown-certificate', 'INCOMING-CERTIFICATE', {
    it: 'Il certificato di firma non è nell’indice dei gestori.',
    en: 'The signing certificate is not in the index of providers.',
  });
}

function altered() {
  return refuse('signature/altered', 'INCOMING-INTACT', {
    it: 'Il messaggio non è quello che il gestore ha firmato.',
    en: 'The message is not what the provider signed.',
  });
}
