import { Injectable } from '@nestjs/common';
import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { ProviderEntry, Signer } from '@recapito/rfc6109';
import { certificatesOf } from '../programme/key-files.ts';
import { Installation } from '../programme/installation.ts';

/**
 * What providers of ours publish of themselves at their LDIFLocationURL, whence the index's keeper takes it: name, service
 * mailbox and domains of the programme, every certificate that lies here, also one that is to sign later. // INDEX-OWN-FILE
 */
@Injectable()
export class OwnEntries {
  constructor(
    private readonly installation: Installation,
    private readonly folder: string,
  ) {}

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
    const entry: ProviderEntry = {
      providerName,
      mailReceipt,
      managedDomains: managedDomains.filter((domain) => !elsewhere.has(domain)),
      providerCertificate: certificatesOf(this.folder, provider).map(({ raw }) => raw.toString('base64')),
      ...(here?.LDIFLocationURL !== undefined && { LDIFLocationURL: here.LDIFLocationURL }),
      ...(here?.description !== undefined && { description: here.description }),
    };
    return { entries: [entry, ...units], signer: this.installation.signerOf(provider) };
  }
}

function unknownProvider(): Refusal<'provider/unknown'> {
  return refuse('provider/unknown', 'INDEX-OWN-FILE', {
    it: 'Nessun gestore di questa installazione ha questo nome.',
    en: 'No provider of this installation has this name.',
  });
}
