import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal, Words } from '@recapito/primitives';
import { openIndexFile, providerIndex, readIndex } from '@recapito/rfc6109';
import type { ProviderIndex, Signer } from '@recapito/rfc6109';
import { certificatesOf, keeperName, signerFor } from '../programme/key-files.ts';
import type { Provider } from '../programme/providers.ts';
import type { Authorities } from './authorities.ts';
import type { Reading } from './followed-list.ts';
import { judgeLoss } from './list-change.ts';
import type { ListRefusal } from './list-refusal.ts';

/** What is in force together: who is in the index, and with which keys we sign. */
export interface IndexInForce {
  readonly index: ProviderIndex;
  /** By the name of the provider. */
  readonly signers: ReadonlyMap<string, Signer>;
  /** Null when the keeper's file does not say when it was signed. */
  readonly signedAt: Instant | null;
}

/** Our side of the index. */
export interface OwnSide {
  /** The folder of certificates, keys and authorities. */
  readonly folder: string;
  readonly authorities: Authorities;
  readonly providers: readonly Provider[];
  readonly lossShare: number;
}

const called: Words = { it: 'Indice dei gestori', en: 'Index of providers' };

/**
 * Reads the index's signed file, after the authorities with their revocation lists, and our keys as they lie there now.
 * Refusals: those of `openIndexFile` and `readIndex`, `index/older`, `index/own-missing`,
 * `list/loss`.
 */
export async function readIndexInForce(
  bytes: Buffer,
  { folder, authorities, providers, lossShare }: OwnSide,
  { before, acceptLoss, at }: Reading<IndexInForce>,
): Promise<IndexInForce | ListRefusal> {
  const keepers = keepersIn(folder);
  const own = providers.flatMap((provider) => certificatesOf(folder, provider));
  await authorities.refresh(at, [...keepers, ...own, ...certificatesIn(before?.index)]);
  const opened = openIndexFile(bytes, { certificates: keepers, trust: authorities.trust }, at);
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
  return loss ?? { index, signers, signedAt };
}

/** The certificates of the index's keeper. */
export function keepersIn(folder: string): X509Certificate[] {
  const bundle = readFileSync(join(folder, `${keeperName}.pem`), 'utf8');
  const each = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return each.map((pem) => new X509Certificate(pem));
}

/** Every certificate of an index. */
export function certificatesIn(index: ProviderIndex | undefined): X509Certificate[] {
  const encoded = index?.entries.flatMap(({ providerCertificate }) => providerCertificate) ?? [];
  return encoded.map((each) => new X509Certificate(Buffer.from(each, 'base64')));
}

/**
 * Domains of ours that the index gives to nobody, or to another.
 * @rule INDEX-OWN
 */
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

/**
 * An index that was signed before the one in force brings back what has been taken out since.
 * @rule INDEX-NOT-OLDER
 */
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
