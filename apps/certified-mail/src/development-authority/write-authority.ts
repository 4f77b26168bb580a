import { X509Certificate } from 'node:crypto';
import { isRefusal, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import {
  certificateHash,
  issueKeeperCertificate,
  issueProviderCertificate,
  issueRevocationList,
  issueServerCertificate,
  makeAuthority,
  openIndexFile,
  signer,
  signIndexFile,
  trustIn,
  writeIndex,
} from '@recapito/rfc6109';
import type { Credential, ProviderEntry } from '@recapito/rfc6109';
import { indexFile, keeperName, keyFilesOf } from '../programme/key-files.ts';
import type { Provider } from '../programme/providers.ts';
import { doorCredential } from '../smtp/door-credential.ts';
import { AuthorityFolder } from './authority-folder.ts';

/** So wide that every instant of a rehearsal is inside. */
const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
const keeper = { name: 'Indice dei gestori, tenuto per lo sviluppo', address: 'indice@igpec.example' };
const revocationList = 'authority.crl';

/**
 * Fills a folder with what development and rehearsals need to sign: `authority.{key,pem,crl}`, a `.key` and a `.pem` for
 * each provider, for the SMTP doors (`smtp`) and for who keeps the index (`index-keeper`), and the providers' index as its
 * keeper publishes it (`index.ldif.p7m`). What is there already stays as it is: a second run changes nothing, a new
 * provider is added to the others, and what an earlier version did not make is made now. Keys are readable by their owner
 * alone. Where a certificate of the authority or of the index's keeper lies without its key, a real one has put it there:
 * nothing is made in its place.
 * @param at the signing time of the index, system time
 * @returns the names of the files written.
 */
export async function writeAuthority(path: string, providers: readonly Provider[], at: Instant): Promise<string[]> {
  const folder = new AuthorityFolder(path);
  if (isOfAnother(folder, 'authority')) return [];
  const authority = await authorityIn(folder);
  for (const provider of providers) await folder.keep(provider.provider, () => newCredential(authority, provider));
  await folder.keep(doorCredential, () => issueServerCertificate(authority, ['localhost'], validity));
  await publishIndex(folder, providers, at);
  return folder.changed;
}

/**
 * Gives a provider a new key and certificate, with which it signs from now on; the old pair stays beside it as `previous`
 * and both certificates stand in the index, so that what was signed before is still believed.
 * @returns the names of the files written.
 * @throws Error when the provider has two already, or none
 * @rule DRILL-OVERLAP
 */
export async function rollOver(
  path: string,
  providers: readonly Provider[],
  name: string,
  at: Instant,
): Promise<string[]> {
  const folder = new AuthorityFolder(path);
  const provider = named(providers, name);
  const { current, previous } = keyFilesOf(provider.provider);
  const old = folder.credential(current);
  if (old === null) throw new Error(`${name} has no certificate yet`);
  if (oldPair(folder, provider)) throw new Error(`${name} has two certificates already: revoke the old one first`);
  const made = await newCredential(await authorityIn(folder), provider);
  folder.writeCredential(previous, old);
  folder.writeCredential(current, made);
  await publishIndex(folder, providers, at);
  return folder.changed;
}

/**
 * Takes the worth from the certificate that a provider signed with before its roll-over: it is in the revocation list from
 * `revokedAt` on, out of the index, and its key is destroyed.
 * @returns the names of the files written or taken away.
 * @throws Error when the provider has but the certificate that it signs with
 * @rule DRILL-REVOKE
 */
export async function revoke(
  path: string,
  providers: readonly Provider[],
  name: string,
  { at, revokedAt }: { readonly at: Instant; readonly revokedAt: Instant },
): Promise<string[]> {
  const folder = new AuthorityFolder(path);
  const provider = named(providers, name);
  const { previous } = keyFilesOf(provider.provider);
  const old = oldPair(folder, provider);
  if (old === null) throw new Error(`${name} signs with its only certificate: roll over first`);
  const authority = await authorityIn(folder);
  const before = folder.read(revocationList);
  const revoked = [{ certificate: old.certificate, at: revokedAt }];
  folder.write(revocationList, await issueRevocationList(authority, validity, revoked, before), 0o644);
  folder.remove(`${previous}.key`);
  folder.remove(`${previous}.pem`);
  await publishIndex(folder, providers, at);
  return folder.changed;
}

/** The pair before the one that signs; a roll-over that was broken off has left the same pair twice. */
function oldPair(folder: AuthorityFolder, { provider }: Provider): Credential | null {
  const { current, previous } = keyFilesOf(provider);
  const old = folder.credential(previous);
  return old?.certificate === folder.credential(current)?.certificate ? null : old;
}

function isOfAnother(folder: AuthorityFolder, name: string): boolean {
  return folder.read(`${name}.pem`) !== null && folder.read(`${name}.key`) === null;
}

async function authorityIn(folder: AuthorityFolder): Promise<Credential> {
  if (isOfAnother(folder, 'authority')) throw new Error('the authority here is a real one: only it issues and revokes');
  const authority = await folder.keep('authority', () => makeAuthority('Recapito, autorità di sviluppo', validity));
  if (folder.read(revocationList) === null)
    folder.write(revocationList, await issueRevocationList(authority, validity), 0o644);
  return authority;
}

/** Signs the index anew, unless the file there says the same and is to be believed, or another keeps it. */
async function publishIndex(folder: AuthorityFolder, providers: readonly Provider[], at: Instant): Promise<void> {
  if (isOfAnother(folder, keeperName)) return;
  const authority = await authorityIn(folder);
  const keeps = await folder.keep(keeperName, () => issueKeeperCertificate(authority, keeper, validity));
  const crl = folder.read(revocationList) ?? Buffer.alloc(0);
  const trust = await trustIn([{ certificate: authority.certificate, crl }]);
  const ldif = writeIndex(providers.map((provider) => entryOf(folder, provider)));
  const keepers = { certificates: [new X509Certificate(keeps.certificate)], trust };
  const published = openIndexFile(folder.read(indexFile) ?? Buffer.alloc(0), keepers, at);
  if (!isRefusal(published) && published.ldif.equals(ldif)) return;
  folder.write(indexFile, await signIndexFile(ldif, signer(keeps.certificate, keeps.privateKey), at), 0o644);
}

function entryOf(folder: AuthorityFolder, provider: Provider): ProviderEntry {
  const { name, mailReceipt, managedDomains } = provider;
  const certificates = Object.values(keyFilesOf(provider.provider))
    .map((file) => folder.read(`${file}.pem`))
    .filter((pem) => pem !== null)
    .map((pem) => new X509Certificate(pem).raw);
  const distinct = new Map(certificates.map((raw) => [certificateHash(raw), raw.toString('base64')]));
  return { providerName: name, mailReceipt, managedDomains, providerCertificate: [...distinct.values()] };
}

async function newCredential(authority: Credential, { name, domain }: Provider): Promise<Credential> {
  return await issueProviderCertificate(authority, { name, address: `posta-certificata@${domain}` }, validity);
}

function named(providers: readonly Provider[], name: string): Provider {
  const provider = providers.find((each) => each.provider === name);
  if (provider === undefined)
    throw new Error(`there is no provider ${name}; there are ${providers.map((each) => each.provider).join(', ')}`);
  return provider;
}
