import type { X509Certificate } from 'node:crypto';
import { refuse } from '@recapito/primitives';
import type { Instant, Refusal, Words } from '@recapito/primitives';
import { issuerAndSerialOf } from './certificate.ts';
import { isSignedBy, readSignedData, withContent } from './signed-data.ts';
import type { Signer } from './signing.ts';
import type { Trust } from './trust.ts';

/** A larger file is not read. The index of all providers, with some hundred thousand domains, has a third of it. */
export const longestIndexFile = 64 * 1024 * 1024;

/** Who may sign the index, and what their certificates are worth. */
export interface IndexKeepers {
  readonly certificates: readonly X509Certificate[];
  readonly trust: Trust;
}

/** A signed file of the index that has been checked. */
export interface OpenedIndexFile {
  /** The LDIF, as it was signed. */
  readonly ldif: Buffer;
  readonly signedBy: X509Certificate;
  /** When its keeper says that it was signed; null when that is not said. */
  readonly signedAt: Instant | null;
}

export type IndexFileRefusal = Refusal<
  | 'index/too-large'
  | 'index/unsigned'
  | 'index/weak-digest'
  | 'index/foreign-signer'
  | 'index/altered'
  | 'index/keeper-not-believed'
>;

/** Signs a file of the index: CMS SignedData in DER with the LDIF inside, as `.p7m` holds it (RFC 6109 section 4.5). */
export async function signIndexFile(ldif: Uint8Array, by: Signer, at: Instant): Promise<Buffer> {
  return withContent(await by.sign(ldif, at), ldif);
}

/**
 * Checks the signature of an index file and gives back what it is over. Only the keepers' own certificates count: another
 * that the same authority has issued, a provider's for one, does not. A detached signature is none.
 * @param at the instant at which the keeper's certificate must hold
 * @rule INDEX-SIGNED
 */
export function openIndexFile(file: Buffer, keepers: IndexKeepers, at: Instant): OpenedIndexFile | IndexFileRefusal {
  if (file.length > longestIndexFile) return refused('index/too-large');
  const signed = readSignedData(file);
  if (!signed || signed.content === null) return refused('index/unsigned');
  if (signed.digest === 'sha1') return refused('index/weak-digest');
  const keeper = keepers.certificates.find((each) => issuerAndSerialOf(each).equals(signed.signerId));
  if (!keeper) return refused('index/foreign-signer');
  if (!isSignedBy(signed, signed.content, keeper.publicKey)) return refused('index/altered');
  const doubt = keepers.trust(keeper, at);
  if (doubt) return refused('index/keeper-not-believed', { reason: doubt.refused });
  return { ldif: signed.content, signedBy: keeper, signedAt: signed.signingTime };
}

const words: Readonly<Record<IndexFileRefusal['refused'], Words>> = {
  'index/too-large': {
    it: 'Il file dell’indice dei gestori è troppo grande.',
    en: 'The file of the providers’ index is too large.',
  },
  'index/unsigned': {
    it: 'Il file dell’indice dei gestori non è un file firmato con il contenuto all’interno.',
    en: 'The file of the providers’ index is not a signature with its content inside.',
  },
  'index/weak-digest': {
    it: 'L’indice dei gestori è firmato con un algoritmo non più accettato (SHA-1).',
    en: 'The providers’ index is signed with an algorithm that is not accepted any more (SHA-1).',
  },
  'index/foreign-signer': {
    it: 'L’indice dei gestori non è firmato da chi lo tiene.',
    en: 'The providers’ index is not signed by its keeper.',
  },
  'index/altered': {
    it: 'L’indice dei gestori non è quello che chi lo tiene ha firmato.',
    en: 'The providers’ index is not what its keeper signed.',
  },
  'index/keeper-not-believed': {
    it: 'Il certificato di chi tiene l’indice dei gestori è revocato, scaduto o senza un’autorità riconosciuta.',
    en: 'The certificate of the index’s keeper is revoked, expired or of no recognised authority.',
  },
};

function refused<Code extends IndexFileRefusal['refused']>(code: Code, details?: Refusal['details']): Refusal<Code> {
  return refuse(code, 'INDEX-SIGNED', words[code], details);
}
