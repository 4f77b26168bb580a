import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readJsonFile } from '@recapito/platform';
import { z } from 'zod';

/** How long after the next list was due a revocation list is still believed, when its authority's file does not say. */
const defaultLateHours = 72;

const authorityFile = z.strictObject({
  /** Where the revocation list is published; `none` for an authority that publishes none. */
  crl: z.union([z.literal('none'), z.url({ protocol: /^https?$/ })]).optional(),
  /** How many hours after the next list was due the list at hand is still believed. */
  lateHours: z.int().min(0).max(8_784).default(defaultLateHours),
});

/** An authority whose certificates are believed, as its files describe it. */
export interface AuthorityFiles {
  /** Of its files. */
  readonly name: string;
  /** PEM. */
  readonly certificate: string;
  /** The list (DER) that lies beside the certificate; null when there is none. */
  readonly beside: Buffer | null;
  /** Where the list is published, where the file says so. */
  readonly crl: string | undefined;
  readonly lateMs: number;
}

/**
 * Reads the authorities among the secrets: `authority/NAME.pem`, one certificate each, beside it `NAME.crl` (DER) and
 * `NAME.json` where there are any; and `authority.pem` with `authority.crl`, as one authority alone lies there.
 * @throws Error when there is none, or naming the file that is wrong and each fault
 */
export function readAuthorityFiles(folder: string): AuthorityFiles[] {
  const inner = join(folder, 'authority');
  const names = existsSync(inner) ? readdirSync(inner).filter((name) => name.endsWith('.pem')) : [];
  const found = names.sort().map((name) => filesOf(inner, basename(name, '.pem')));
  if (existsSync(join(folder, 'authority.pem'))) found.unshift(filesOf(folder, 'authority'));
  if (found.length === 0) throw new Error(`there is no authority in ${inner}`);
  return found;
}

function filesOf(folder: string, name: string): AuthorityFiles {
  const path = (ending: string) => join(folder, `${name}.${ending}`);
  const certificate = readFileSync(path('pem'), 'utf8');
  if (certificate.split('-----BEGIN CERTIFICATE-----').length !== 2)
    throw new Error(`${path('pem')}: one certificate has to stand there`);
  const { crl, lateHours } = existsSync(path('json'))
    ? readJsonFile(path('json'), authorityFile)
    : authorityFile.parse({});
  const beside = existsSync(path('crl')) ? readFileSync(path('crl')) : null;
  return { name, certificate, beside, crl, lateMs: lateHours * 3_600_000 };
}
