import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '@recapito/platform';
import { certifiedAddress } from '@recapito/primitives';
import type { CertifiedAddress } from '@recapito/primitives';
import { z } from 'zod';

/** Of `providers/<provider>.json` only the boxes of public bodies. */
const providerFile = z.object({ bodies: z.array(z.string()) });

/** The boxes of the public bodies that the providers of the installation host. @throws Error that names a faulty file */
export function readBodies(programmes: string): ReadonlySet<CertifiedAddress> {
  const folder = join(programmes, 'providers');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Set(files.flatMap((name) => bodiesIn(join(folder, name))));
}

function bodiesIn(file: string): CertifiedAddress[] {
  return readJsonFile(file, providerFile).bodies.map((address) => certifiedAddress(address));
}
