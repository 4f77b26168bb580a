import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's root. */
export const root = resolve(import.meta.dirname, '..', '..', '..');

/** A folder that the bootstrap fills, by its name under `.recapito`. */
export function installed(name: string): string {
  const folder = join(root, '.recapito', name);
  if (!existsSync(folder)) throw new Error(`${folder} is missing: run node tools/bootstrap/main.mjs`);
  return folder;
}
