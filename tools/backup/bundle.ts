// A bundle: a folder with copies below `files/`, and a manifest that says what they are. Data are one, keys another.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { straysIn } from './confined.ts';
import { entrySchema } from './entries.ts';
import type { Entry } from './entries.ts';
import { Refused } from '../command-line/index.ts';

const manifestSchema = z.object({
  /** Raised when an older restore could not read a newer backup. */
  format: z.literal(1),
  /** The same in the bundle of data and in that of its keys. */
  id: z.uuid(),
  holds: z.enum(['data', 'keys']),
  /** Version of the suite that made it. */
  version: z.string(),
  /** The instant whose state it holds, by the system clock, RFC 3339 in UTC. */
  takenAt: z.iso.datetime(),
  /** Whether the suite ran meanwhile, and for how long it was paused, in milliseconds. */
  running: z.boolean(),
  pausedMs: z.number(),
  /** Major version of PostgreSQL whose files these are. */
  postgres: z.string(),
  /** In a bundle of keys: the SHA-256 (hex) of the manifest of its data. Earlier releases did not write it. */
  dataManifest: z.string().optional(),
  entries: z.array(entrySchema),
});

export type Manifest = z.output<typeof manifestSchema>;

/** A manifest with the SHA-256 (hex) of its text. */
export interface ReadManifest extends Manifest {
  readonly digest: string;
}

const [manifestFile, digestFile, unfinishedFile] = ['manifest.json', 'manifest.json.sha256', 'unfinished'];

/** Where the copies of a bundle lie. */
export function filesOf(folder: string): string {
  return join(folder, 'files');
}

/**
 * Makes the folder of a new bundle. What an interrupted backup has left there is removed first.
 * @throws Refused when the folder holds anything else
 */
export async function beginBundle(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  if (names.length > 0 && !names.includes(unfinishedFile))
    throw new Refused(`${folder} is not empty: name a folder that is, or does not exist`);
  for (const name of names) if (name !== unfinishedFile) await rm(join(folder, name), { recursive: true, force: true });
  await writeFile(join(folder, unfinishedFile), 'A backup was begun here and has not ended. It cannot be restored.\n');
  await mkdir(filesOf(folder), { mode: 0o700 });
}

/**
 * Writes the manifest. From then on the bundle counts.
 * @rule BACKUP-WHOLE
 */
export async function endBundle(folder: string, manifest: Manifest): Promise<void> {
  const text = textOf(manifest);
  await writeFile(join(folder, manifestFile), text, { mode: 0o600 });
  await writeFile(join(folder, `${digestFile}.next`), `${sha256(text)}  ${manifestFile}\n`, { mode: 0o600 });
  await rename(join(folder, `${digestFile}.next`), join(folder, digestFile));
  await rm(join(folder, unfinishedFile));
}

/**
 * Reads the manifest of a bundle and compares every file with it, before anybody uses one.
 * @param looked told how many bytes of how many have been read
 * @throws Refused that names what leads elsewhere, is missing, changed, or too much: the first ten
 * @rule RESTORE-VERIFIES RESTORE-CONFINED
 */
export async function verifyBundle(
  folder: string,
  holds: Manifest['holds'],
  looked: (bytes: number, of: number) => void = () => undefined,
): Promise<ReadManifest> {
  const manifest = await readManifest(folder);
  if (manifest.holds !== holds)
    throw new Refused(`${folder} holds the ${manifest.holds} of a backup, not its ${holds}`);
  const strays = straysIn(manifest.entries);
  if (strays.length > 0) throw damaged(folder, strays);
  const faults: string[] = [];
  const total = manifest.entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
  let bytes = 0;
  for (const entry of manifest.entries) {
    const fault = await faultOf(join(filesOf(folder), entry.path), entry);
    if (fault !== undefined) faults.push(`${fault}: files/${entry.path}`);
    if (entry.kind === 'file') looked((bytes += entry.size), total);
  }
  const listed = new Set(manifest.entries.map(({ path }) => path));
  for (const path of await pathsIn(filesOf(folder), ''))
    if (!listed.has(path)) faults.push(`not in the manifest: files/${path}`);
  if (faults.length === 0) return manifest;
  throw damaged(folder, faults);
}

/** Names the first ten. */
function damaged(folder: string, faults: readonly string[]): Refused {
  const more = faults.length > 10 ? `\n  and ${faults.length - 10} more` : '';
  return new Refused(`the backup in ${folder} is damaged:\n  ${faults.slice(0, 10).join('\n  ')}${more}`);
}

/**
 * What a bundle of keys says of the manifest of its data, and so of every byte of them: data may lie where others can change
 * them together with their digests.
 */
export function digestOf(manifest: Manifest): string {
  return sha256(textOf(manifest));
}

function textOf(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

async function readManifest(folder: string): Promise<ReadManifest> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) throw new Refused(`there is no folder ${folder}`);
  if (names.includes(unfinishedFile))
    throw new Refused(`the backup in ${folder} was interrupted before its end and cannot be restored`);
  if (!names.includes(manifestFile) || !names.includes(digestFile))
    throw new Refused(`${folder} is no backup: it has no ${manifestFile} or no ${digestFile}`);
  const text = await readFile(join(folder, manifestFile), 'utf8');
  const [digest] = (await readFile(join(folder, digestFile), 'utf8')).split(' ');
  if (digest !== sha256(text)) throw damaged(folder, [`changed: ${manifestFile}`]);
  const read = manifestSchema.safeParse(JSON.parse(text));
  if (read.success) return { ...read.data, digest };
  throw new Refused(`the backup in ${folder} was made by another version of the suite: its manifest cannot be read`);
}

async function faultOf(path: string, entry: Entry): Promise<string | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  // What a link points to stands in the manifest; the bundle has no links, which some disks cannot keep.
  if (entry.kind === 'link') return stats === undefined ? undefined : 'not in the manifest as it is';
  if (stats === undefined) return 'missing';
  if (entry.kind === 'folder') return stats.isDirectory() ? undefined : 'changed';
  if (!stats.isFile() || stats.size !== entry.size) return 'changed';
  return (await sha256Of(path)) === entry.sha256 ? undefined : 'changed';
}

/** Every file below a folder, relative to it. */
async function pathsIn(folder: string, above: string): Promise<string[]> {
  const entries = await readdir(join(folder, above), { withFileTypes: true });
  const paths = entries.map(async (entry) => {
    const path = above === '' ? entry.name : `${above}/${entry.name}`;
    return entry.isDirectory() ? pathsIn(folder, path) : [path];
  });
  return (await Promise.all(paths)).flat();
}

/** The SHA-256 of a file, in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(part as Buffer);
  return hash.digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
