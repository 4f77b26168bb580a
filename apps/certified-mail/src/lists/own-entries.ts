import { Injectable } from '@nestjs/common';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { signIndexFile, writeIndex } from '@recapito/rfc6109';
import type { ProviderEntry, Signer } from '@recapito/rfc6109';
import { certificatesOf } from '../programme/key-files.ts';
import { Installation } from '../programme/installation.ts';

/**
 * What providers of ours publish of themselves at their LDIFLocationURL, whence the index's keeper takes it: name, service
 * mailbox and domains of the programme, every certificate that lies here, also one that is to sign later.
 * @rule INDEX-OWN-FILE
 */
@Injectable()
export class OwnEntries {
  constructor(
    private readonly installation: Installation,
    private readonly folder: string,
    /** The address (`https`) below which the files are published; null when it is only in the index, or nowhere. */
    private readonly publishedAt: string | null = null,
  ) {}

  /** The signed file of a provider: the base and its entries, for the index's keeper. Refusal: `provider/unknown`. */
  async fileOf(name: string, at: Instant): Promise<Buffer | Refusal<'provider/unknown'>> {
    const own = this.of(name);
    if (isRefusal(own)) return own;
    const { entries, signer } = own;
    return await signIndexFile(writeIndex(entries, entries[0]?.LDIFLocationURL), signer, at);
  }

  /**
   * The entries of a provider, by the name of its file in the programme, and the signer with which it publishes them.
   * Secondary environments stand as the index has them. Refusal: `provider/unknown`.
   */
  of(name: string): { entries: ProviderEntry[]; signer: Signer } | Refusal<'provider/unknown'> {
    const provider = this.installation.providers.find((each) => each.provider === name);
    if (provider === undefined) return unknownProvider();
    const { name: providerName, mailReceipt, managedDomains } = provider;
    const published = this.installation.index.entries.filter((entry) => entry.providerName === providerName);
    const units = published.filter(({ providerUnit }) => providerUnit !== undefined);
    const here = published.find(({ providerUnit }) => providerUnit === undefined);
    const elsewhere = new Set(units.flatMap((unit) => unit.managedDomains));
    const location =
      this.publishedAt === null ? here?.LDIFLocationURL : new URL(ownFileOf(name), this.publishedAt).href;
    const entry: ProviderEntry = {
      providerName,
      mailReceipt,
      managedDomains: managedDomains.filter((domain) => !elsewhere.has(domain)),
      providerCertificate: certificatesOf(this.folder, provider).map(({ raw }) => raw.toString('base64')),
      ...(location !== undefined && { LDIFLocationURL: location }),
      ...(here?.description !== undefined && { description: here.description }),
    };
    return { entries: [entry, ...units], signer: this.installation.signerOf(provider) };
  }
}

/** The name of the file that a provider publishes of itself. */
export function ownFileOf(name: string): string {
  return `${name}.ldif.p7m`;
}

function unknownProvider(): Refusal<'provider/unknown'> {
  return refuse('provider/unknown', 'INDEX-OWN-FILE', {
    it: 'Nessun gestore di questa installazione ha questo nome.',
    en: 'No provider of this installation has this name.',
  });
}
