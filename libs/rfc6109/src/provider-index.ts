import { X509Certificate } from 'node:crypto';
import { addressesOf, certificateHash, issuerAndSerialOf } from './certificate.ts';

/** One provider of the index (IGPEC, RFC 6109 section 4.5); the names are those of its attributes. */
export interface ProviderEntry {
  readonly providerName: string;
  /** The service mailbox: where taking-in-charge receipts go. */
  readonly mailReceipt: string;
  /** In lower case. */
  readonly managedDomains: readonly string[];
  /** Base64 of DER; several while an old certificate and its successor overlap. */
  readonly providerCertificate: readonly string[];
  /** A secondary environment of the provider: an entry of its own, with its own domains and certificates. */
  readonly providerUnit?: string;
  /** Where the provider publishes its own entries. */
  readonly LDIFLocationURL?: string;
  readonly description?: string;
}

/** A certificate of the index, with what every verification asks of it. */
export interface IndexedCertificate {
  readonly provider: ProviderEntry;
  readonly certificate: X509Certificate;
  /** DER of IssuerAndSerialNumber, by which a signature names its signer. */
  readonly signerId: Buffer;
  /** The mail addresses that it names, in lower case. */
  readonly addresses: readonly string[];
}

/** The index as every look-up needs it. */
export interface ProviderIndex {
  readonly entries: readonly ProviderEntry[];
  /** The provider that manages a domain, or the domain of an address; case does not matter. */
  providerOf(addressOrDomain: string): ProviderEntry | undefined;
  /** Whether a provider of this name stands in the index. */
  hasProvider(name: string): boolean;
  /** The provider and certificate behind a SHA-1 in hex, case does not matter. */
  certificateNamed(hash: string): IndexedCertificate | undefined;
}

/** Builds the look-ups. @throws Error when a certificate is none or two providers manage one domain. */
export function providerIndex(entries: readonly ProviderEntry[]): ProviderIndex {
  const byDomain = new Map<string, ProviderEntry>();
  const byHash = new Map<string, IndexedCertificate>();
  for (const provider of entries) {
    for (const domain of provider.managedDomains) {
      if (byDomain.has(domain.toLowerCase())) throw new Error(`two providers manage the domain ${domain}`);
      byDomain.set(domain.toLowerCase(), provider);
    }
    for (const encoded of provider.providerCertificate) {
      const certificate = new X509Certificate(Buffer.from(encoded, 'base64'));
      const [signerId, addresses] = [issuerAndSerialOf(certificate), addressesOf(certificate)];
      byHash.set(certificateHash(certificate.raw), { provider, certificate, signerId, addresses });
    }
  }
  const names = new Set(entries.map(({ providerName }) => providerName));
  return {
    entries,
    hasProvider: (name) => names.has(name),
    providerOf: (address) => byDomain.get(address.slice(address.lastIndexOf('@') + 1).toLowerCase()),
    certificateNamed: (hash) => byHash.get(hash.toLowerCase()),
  };
}

/** Whether two entries, perhaps of two states of the index, are the same environment of the same provider. */
export function isSameProvider(one: ProviderEntry | undefined, other: ProviderEntry): boolean {
  return one?.providerName === other.providerName && one.providerUnit === other.providerUnit;
}
