import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  const reading = providerFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!reading.success) throw new Error(`${file} does not say what it should:\n${z.prettifyError(reading.error)}`);
  return reading.data.bodies.map((address) => certifiedAddress(address));
}
