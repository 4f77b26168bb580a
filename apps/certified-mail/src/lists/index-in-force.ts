import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal, Words } from '@recapito/primitives';
import { openIndexFile, providerIndex, readIndex, trustIn } from '@recapito/rfc6109';
import type { ProviderIndex, Signer, Trust } from '@recapito/rfc6109';
import { keeperName, signerFor } from '../programme/key-files.ts';
import type { Provider } from '../programme/providers.ts';
import type { Reading } from './followed-list.ts';
import { judgeLoss } from './list-change.ts';

/** What is in force together: who is in the index, what certificates are worth, and with which keys we sign. */
export interface IndexInForce {
  readonly index: ProviderIndex;
  readonly trust: Trust;
  /** By the name of the provider. */
  readonly signers: ReadonlyMap<string, Signer>;
  /** Null when the keeper's file does not say when it was signed. */
  readonly signedAt: Instant | null;
}

/** Our side of the index. */
export interface OwnSide {
  /** The folder of certificates, keys, authority and revocation list. */
  readonly folder: string;
  readonly providers: readonly Provider[];
  readonly lossShare: number;
}

const called: Words = { it: 'Indice dei gestori', en: 'Index of providers' };

/**
 * Reads the index's signed file, and beside it the authority, its revocation list and our keys as they lie there now: they
 * come into force with it, or not at all.
 * Refusals: those of `openIndexFile` and `readIndex`, `index/older`, `index/own-missing`,
 * `list/loss`.
 */
export async function readIndexInForce(
  bytes: Buffer,
  { folder, providers, lossShare }: OwnSide,
  { before, acceptLoss, at }: Reading<IndexInForce>,
): Promise<IndexInForce | Refusal> {
  const { keepers, trust } = await believedIn(folder);
  const opened = openIndexFile(bytes, { certificates: keepers, trust }, at);
  if (isRefusal(opened)) return opened;
  const { signedAt } = opened;
  if (before?.signedAt && signedAt && signedAt < before.signedAt) return older();
  const entries = readIndex(opened.ldif);
  if (isRefusal(entries)) return entries;
  const index = providerIndex(entries);
  const missing = providers.flatMap((provider) => domainsMissing(provider, index));
  if (missing[0] !== undefined) return ownMissing(missing[0]);
  const signers = signersFor(folder, providers, index, before);
  if (isRefusal(signers)) return signers;
  const loss = before && judgeLoss(namesIn(before.index), namesIn(index), { lossShare, acceptLoss }, called);
  return loss ?? { index, trust, signers, signedAt };
}

async function believedIn(folder: string): Promise<{ keepers: X509Certificate[]; trust: Trust }> {
  const certificate = readFileSync(join(folder, 'authority.pem'), 'utf8');
  const trust = await trustIn([{ certificate, crl: readFileSync(join(folder, 'authority.crl')) }]);
  const bundle = readFileSync(join(folder, `${keeperName}.pem`), 'utf8');
  const each = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return { keepers: each.map((pem) => new X509Certificate(pem)), trust };
}

/** Domains of ours that the index gives to nobody, or to another. // INDEX-OWN */
function domainsMissing({ name, managedDomains }: Provider, index: ProviderIndex): string[] {
  return managedDomains.filter((domain) => index.providerOf(domain)?.providerName !== name);
}

function signersFor(
  folder: string,
  providers: readonly Provider[],
  index: ProviderIndex,
  before: IndexInForce | undefined,
): Map<string, Signer> | Refusal<'index/own-missing'> {
  const signers = new Map<string, Signer>();
  for (const provider of providers) {
    const found = signerFor(folder, provider, index, before?.signers.get(provider.name));
    if (found === null) return ownMissing(provider.name);
    signers.set(provider.name, found);
  }
  return signers;
}

function namesIn({ entries }: ProviderIndex): Set<string> {
  return new Set(entries.map(({ providerName, providerUnit = '' }) => `${providerName}\n${providerUnit}`));
}

/** An index that was signed before the one in force brings back what has been taken out since. // INDEX-NOT-OLDER */
function older(): Refusal<'index/older'> {
  return refuse('index/older', 'INDEX-NOT-OLDER', {
    it: 'L’indice dei gestori è stato firmato prima di quello in vigore.',
    en: 'The index of providers was signed before the one in force.',
  });
}

function ownMissing(what: string): Refusal<'index/own-missing'> {
  const words = {
    it: `Nell’indice dei gestori mancano un dominio o un certificato nostri (${what}).`,
    en: `A domain or a certificate of ours is not in the index of providers (${what}).`,
  };
  return refuse('index/own-missing', 'INDEX-OWN', words, { missing: what });
}
