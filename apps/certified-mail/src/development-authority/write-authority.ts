import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { parseInstant } from '@recapito/primitives';
import {
  issueProviderCertificate,
  issueRevocationList,
  issueServerCertificate,
  makeAuthority,
} from '@recapito/rfc6109';
import type { Credential, ProviderEntry } from '@recapito/rfc6109';
import type { Provider } from '../programme/providers.ts';
import { doorCredential } from '../smtp/door-credential.ts';

/** So wide that every instant of a rehearsal is inside. */
const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };

/**
 * Fills a folder with what development and rehearsals need to sign: `authority.{key,pem,crl}`, a `.key` and a `.pem` for
 * each provider and for the SMTP doors (`smtp`), and `index.json`, the providers' index. What is there already stays as it is: a second run changes
 * nothing, and a new provider is added to the others. Keys are readable by their owner alone.
 * @returns the names of the files written.
 */
export async function writeAuthority(folder: string, providers: readonly Provider[]): Promise<string[]> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const written: string[] = [];
  const write = (name: string, content: string | Uint8Array, mode: number) => {
    const path = join(folder, name);
    if (existsSync(path) && readFileSync(path).equals(Buffer.from(content))) return;
    writeFileSync(`${path}.part`, content, { mode });
    renameSync(`${path}.part`, path);
    written.push(name);
  };
  const keep = async (name: string, make: () => Promise<Credential>): Promise<Credential> => {
    const known = readCredential(folder, name);
    if (known !== undefined) return known;
    const made = await make();
    // The certificate last: where it is, its key is too.
    write(`${name}.key`, made.privateKey, 0o600);
    write(`${name}.pem`, made.certificate, 0o644);
    return made;
  };
  const authority = await keep('authority', () => makeAuthority('Recapito, autorità di sviluppo', validity));
  if (!existsSync(join(folder, 'authority.crl')))
    write('authority.crl', await issueRevocationList(authority, validity), 0o644);
  const entries: ProviderEntry[] = [];
  for (const provider of providers) {
    const { provider: file, name, domain, mailReceipt, managedDomains } = provider;
    const subject = { name, address: `posta-certificata@${domain}` };
    const { certificate } = await keep(file, () => issueProviderCertificate(authority, subject, validity));
    const providerCertificate = [new X509Certificate(certificate).raw.toString('base64')];
    entries.push({ providerName: name, mailReceipt, managedDomains, providerCertificate });
  }
  await keep(doorCredential, () => issueServerCertificate(authority, ['localhost'], validity));
  write('index.json', `${JSON.stringify(entries, null, 2)}\n`, 0o644);
  return written;
}

function readCredential(folder: string, name: string): Credential | undefined {
  const [certificate, privateKey] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  if (!existsSync(certificate) || !existsSync(privateKey)) return undefined;
  return { certificate: readFileSync(certificate, 'utf8'), privateKey: readFileSync(privateKey, 'utf8') };
}
