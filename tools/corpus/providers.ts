import { parseInstant } from '@recapito/primitives';
import { issueProviderCertificate, makeAuthority, signer } from '@recapito/rfc6109';
import type { CertifyingProvider, Signer } from '@recapito/rfc6109';

/** The sender's provider and the recipients'. Fictional. */
export const sending: CertifyingProvider = { name: 'Gestore Esempio S.p.A.', domain: 'posta.gestore.example' };
export const receiving: CertifyingProvider = { name: 'Altro Gestore S.p.A.', domain: 'posta.altrogestore.example' };

/** Where the sending provider gets receipts and notices of other providers. */
export const serviceMailbox = 'ricevute@posta.gestore.example';

/** Longer than any day of the corpus, and than the patience of whoever verifies it. */
const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };

export interface Signers {
  /** PEM; whoever trusts it can verify every message. */
  readonly authority: string;
  readonly sending: Signer;
  readonly receiving: Signer;
  /** The citizen's own, for messages signed by their author. */
  readonly citizen: Signer;
}

/** An authority of this run alone, and three certificates of it. Keys are drawn anew each time and never written. */
export async function makeSigners(citizen: string): Promise<Signers> {
  const authority = await makeAuthority('Autorità di prova del corpus', validity);
  const signerFor = async (name: string, address: string) => {
    const { certificate, privateKey } = await issueProviderCertificate(authority, { name, address }, validity);
    return signer(certificate, privateKey);
  };
  return {
    authority: authority.certificate,
    sending: await signerFor(sending.name, `posta-certificata@${sending.domain}`),
    receiving: await signerFor(receiving.name, `posta-certificata@${receiving.domain}`),
    citizen: await signerFor('Mario Rossi', citizen),
  };
}
