import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant } from '@recapito/primitives';
import { writeAuthority } from '../src/development-authority/write-authority.ts';
import { readProviders } from '../src/programme/providers.ts';

interface Written {
  readonly name: string;
  readonly content: Buffer;
  readonly mode: number;
}

let written: Promise<readonly Written[]> | undefined;

/**
 * Lays an authority, and what it has issued to the shipped providers, into a folder that is not there yet. The keys take half
 * a second of processor time: they are made once for all spec files of a process.
 */
export async function layShippedAuthority(folder: string, programmes: string): Promise<void> {
  if (existsSync(folder)) return;
  written ??= write(programmes);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { name, content, mode } of await written) writeFileSync(join(folder, name), content, { mode });
}

async function write(programmes: string): Promise<readonly Written[]> {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-authority-'));
  try {
    await writeAuthority(folder, readProviders(join(programmes, 'providers')), instant(Date.now()));
    return readdirSync(folder).map((name) => {
      const file = join(folder, name);
      return { name, content: readFileSync(file), mode: statSync(file).mode & 0o777 };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
