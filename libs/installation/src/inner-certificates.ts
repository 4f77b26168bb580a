// A private authority and a certificate for each part of an installation, by which the parts know each other over TLS.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instant } from '@recapito/primitives';
import { issueServerCertificate, makeAuthority } from '@recapito/rfc6109';
import type { Credential } from '@recapito/rfc6109';

/** Everybody who is called by another part over TLS. */
export const innerParts = [
  'identity',
  'mailbox',
  'certified-mail',
  'migration',
  'notification',
  'audit-log',
  'mail-store',
  'postgres',
  'kafka',
  'redis',
] as const;

export interface WantedCertificates {
  /** Where the files go: `ca.pem` and `ca.key`, and `PART.pem` and `PART.key` for each part. */
  readonly folder: string;
  /** By what names and IPv4 addresses a part is called, beside its own name; `localhost` and 127.0.0.1 when left out. */
  readonly hosts?: readonly string[];
  readonly now: Date;
}

const year = 365 * 86_400_000;

/** Clocks of other machines may be behind. */
const leeway = 3_600_000;

/**
 * Makes what is missing in a folder; what is there stays. Certificates hold for a year. @returns the names of the files made.
 */
export async function makeInnerCertificates({
  folder,
  hosts = ['localhost', '127.0.0.1'],
  now,
}: WantedCertificates): Promise<string[]> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const at = now.getTime();
  const validity = { from: instant(at - leeway), until: instant(at + year) };
  const made: string[] = [];
  const keep = async (name: string, make: () => Promise<Credential>): Promise<Credential> => {
    const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
    if (existsSync(certificate) && existsSync(key))
      return { certificate: readFileSync(certificate, 'utf8'), privateKey: readFileSync(key, 'utf8') };
    const credential = await make();
    writeFileSync(key, credential.privateKey, { mode: 0o600 });
    writeFileSync(certificate, credential.certificate, { mode: 0o644 });
    made.push(`${name}.key`, `${name}.pem`);
    return credential;
  };
  const authority = await keep('ca', () => makeAuthority('Recapito, autorità interna di prova', validity));
  for (const part of innerParts) await keep(part, () => issueServerCertificate(authority, [part, ...hosts], validity));
  return made;
}
