import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeInnerCertificates } from '@recapito/installation';

/** Certificates as `npm run certificates` makes them, by two authorities that do not know each other. */
export interface TwoAuthorities {
  /** The folder of those with which servers of a spec are started. They are for `localhost`, and not for 127.0.0.1. */
  readonly own: string;
  readonly foreign: string;
  remove(): void;
}

export async function twoAuthorities(): Promise<TwoAuthorities> {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-authorities-'));
  const made = { own: join(folder, 'own'), foreign: join(folder, 'foreign') };
  for (const each of Object.values(made))
    await makeInnerCertificates({ folder: each, hosts: ['localhost'], now: new Date() });
  return { ...made, remove: () => rmSync(folder, { recursive: true }) };
}
