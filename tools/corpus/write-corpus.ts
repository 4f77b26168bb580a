import { access, constants, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seal } from '@recapito/rfc6109';
import type { Signer } from '@recapito/rfc6109';
import { familyOf } from './family.ts';
import type { CorpusMessage } from './family.ts';
import { mittente } from './legal-messages.ts';
import type { LegalMessage } from './legal-messages.ts';
import type { ManifestEntry } from './manifest.ts';
import { makeSigners, sending } from './providers.ts';
import { submittedMessage } from './submitted-message.ts';

/** Why nothing can be written there, in words for whoever gave the folder. */
export class FolderUnusable extends Error {
  override readonly name = 'FolderUnusable';
}

/** Makes the folder ready; nothing that lies there is ever overwritten. @throws FolderUnusable */
export async function claimFolder(folder: string): Promise<void> {
  let found: string[];
  try {
    await mkdir(folder, { recursive: true });
    found = await readdir(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new FolderUnusable(`${folder} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (found.length > 0) throw new FolderUnusable(`${folder} is not empty: name a folder that is new or empty`);
}

/**
 * Writes the corpus: a file for each message, `ca.pem`, and at the very end `manifest.json`, so that a folder with a
 * manifest is whole.
 *
 * @param wrote is told how many messages are written, after each family
 */
export async function writeCorpus(
  folder: string,
  messages: readonly LegalMessage[],
  wrote: (count: number) => void,
): Promise<readonly ManifestEntry[]> {
  const signers = await makeSigners(mittente);
  await writeFile(join(folder, 'ca.pem'), signers.authority);
  const manifest: ManifestEntry[] = [];
  for (const legal of messages) {
    const family = familyOf(legal, await submittedMessage(legal, signers.citizen));
    const signerOf = ({ by }: CorpusMessage): Signer => (by === sending ? signers.sending : signers.receiving);
    const entries = family.map(({ expected }, at) => ({ file: fileName(legal, at, expected.kind), ...expected }));
    await Promise.all(
      family.map(async (message, at) => {
        const sealed = await seal(message.built, signerOf(message));
        await writeFile(join(folder, entries[at]?.file ?? ''), sealed, { flag: 'wx' });
      }),
    );
    manifest.push(...entries);
    wrote(manifest.length);
  }
  await writeFile(
    join(folder, 'manifest.json'),
    `[\n${manifest.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`,
  );
  return manifest;
}

function fileName(legal: LegalMessage, at: number, kind: ManifestEntry['kind']): string {
  return `${String(legal.number).padStart(3, '0')}-${String(at + 1).padStart(2, '0')}-${kind}.eml`;
}
