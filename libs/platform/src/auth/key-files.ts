import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads one file of the secrets folder.
 * @throws Error when it is missing, or when anybody but its owner may read or write it.
 * @rule SECRETS-FILE-MODE
 */
export function readSecret(folder: string, name: string): string {
  const path = join(folder, name);
  if (!existsSync(path)) throw new Error(`the key file ${name} is not in the folder of secrets`);
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0)
    throw new Error(`the key file ${name} has mode ${mode.toString(8)}; only its owner may read it (600)`);
  return readFileSync(path, 'utf8').trim();
}

/** Whether the folder of secrets holds a file of that name. */
export function hasSecret(folder: string, name: string): boolean {
  return existsSync(join(folder, name));
}

/**
 * Changes whenever the file does, or another takes its place; undefined when there is none. The time alone would not do:
 * two changes may come within one tick of the file system's clock.
 */
export function secretVersion(folder: string, name: string): string | undefined {
  const stat = statSync(join(folder, name), { throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}
