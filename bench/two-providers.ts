import { X509Certificate } from 'node:crypto';
import { parseInstant } from '@recapito/primitives';
import {
  issueProviderCertificate,
  issueRevocationList,
  makeAuthority,
  providerIndex,
  signer,
  trustIn,
} from '@recapito/rfc6109';
import type { CertifyingProvider, ProviderEntry, ProviderIndex, Signer, Trust } from '@recapito/rfc6109';
import { receiving, sending, serviceMailbox } from '../tools/corpus/providers.ts';

/** A sender's provider and a recipients', with keys of this run alone, and what an incoming point knows of them. */
export interface TwoProviders {
  /** By the provider's domain. */
  readonly signers: ReadonlyMap<string, Signer>;
  readonly known: { readonly index: ProviderIndex; readonly trust: Trust };
  /** Certificate (PEM) and revocation list (DER) of the authority that both have their certificates from. */
  readonly authority: string;
  readonly crl: Buffer;
}

const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };

export async function makeTwoProviders(): Promise<TwoProviders> {
  const authority = await makeAuthority('Autorità delle misure', validity);
  const crl = await issueRevocationList(authority, validity);
  const signers = new Map<string, Signer>();
  const entries: ProviderEntry[] = [];
  for (const provider of [sending, receiving]) {
    const named = { name: provider.name, address: `posta-certificata@${provider.domain}` };
    const { certificate, privateKey } = await issueProviderCertificate(authority, named, validity);
    const own = signer(certificate, privateKey);
    signers.set(provider.domain, own);
    entries.push(entryOf(provider, own.certificate));
  }
  const index = providerIndex(entries);
  const trust = await trustIn([{ certificate: authority.certificate, crl }]);
  return { signers, known: { index, trust }, authority: authority.certificate, crl };
}

function entryOf({ name, domain }: CertifyingProvider, certificate: X509Certificate): ProviderEntry {
  return {
    providerName: name,
    mailReceipt: domain === sending.domain ? serviceMailbox : `ricevute@${domain}`,
    managedDomains: [domain, domain === sending.domain ? 'postacertificata.example' : 'pec.comune.example'],
    providerCertificate: [certificate.raw.toString('base64')],
  };
}

export function signerOf({ signers }: TwoProviders, provider: CertifyingProvider): Signer {
  const found = signers.get(provider.domain);
  if (found === undefined) throw new Error(`${provider.name} has no key`);
  return found;
}
