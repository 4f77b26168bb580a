import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { isAlive, readRecord, root, RunFolder } from '@recapito/servers';
import type { RunRecord } from '@recapito/servers';
import { beginBundle, digestOf, endBundle, filesOf } from './bundle.ts';
import type { Manifest } from './bundle.ts';
import { ClusterCopy, copyStandingCluster, postgresVersion } from './cluster-copy.ts';
import { CopiedTree } from './copied-tree.ts';
import type { Entry } from './entries.ts';
import { whilePaused } from './paused.ts';
import { Refused } from '../command-line/index.ts';
import { inPlainWords } from './in-plain-words.ts';
import { dataParts, keyParts } from './run-parts.ts';

export interface BackupWanted {
  /** The folder of the run. */
  readonly run: string;
  /** Where data go, and where keys go: folders that are empty or do not exist. */
  readonly data: string;
  readonly keys: string;
  readonly secrets: string;
  /** Told of what is being done, and of bytes that were copied. */
  readonly says: (words: string) => void;
  readonly copied: (bytes: number) => void;
}

/** The servers and services that write what is copied. Redis keeps nothing; PostgreSQL is copied by its own rules. */
const notPaused = new Set(['postgres', 'redis']);

/**
 * Backs up a run, whether it runs or not. Of one that runs everything is copied first; then services, mail store and Kafka
 * are stopped for the moment in which the last changes are copied and PostgreSQL's backup ends. So all copies are of one
 * instant, as a power cut would leave them: what was answered before it is in the backup, and nothing was answered while
 * they were stopped.
 * @throws Refused when it cannot be made; the suite goes on in any case
 * @rule BACKUP-ONE-INSTANT
 */
export async function backUp(wanted: BackupWanted): Promise<Manifest> {
  checkPlaces(wanted);
  if (!existsSync(join(wanted.run, 'postgres.initialised')))
    throw new Refused(
      `${wanted.run} is not the folder of a run with a PostgreSQL of its own; docs/OPERATIONS.md says what to do with other servers`,
    );
  try {
    await beginBundle(wanted.data);
    await beginBundle(wanted.keys);
    const record = await readRecord(wanted.run);
    const alive = record !== undefined && isAlive(record.supervisor);
    const taken = alive ? await ofRunning(wanted, record) : await ofStanding(wanted);
    return await finish(wanted, taken);
  } catch (error) {
    throw inPlainWords(error, wanted.data);
  }
}

/**
 * Keys never lie in the folder of the data, nor data in that of the keys, nor either in the run.
 * @rule BACKUP-KEYS-APART
 */
function checkPlaces({ run, data, keys }: BackupWanted): void {
  const inside = (one: string, other: string) => one === other || one.startsWith(other + sep);
  if (inside(keys, data) || inside(data, keys))
    throw new Refused(
      'keys and data go to different folders, none inside the other: whoever has both can read all mail',
    );
  for (const folder of [data, keys])
    if (inside(folder, run)) throw new Refused(`${folder} lies in the folder that is backed up`);
}

interface Taken {
  readonly entries: Entry[];
  readonly takenAt: Date;
  readonly running: boolean;
  readonly pausedMs: number;
}

async function ofStanding({ run, data, says, copied }: BackupWanted): Promise<Taken> {
  const claimed = await RunFolder.claim(run);
  try {
    if (claimed.path !== run) throw new Refused(`${run} was started just now: try again`);
    says('The suite does not run: its files are copied as they are');
    const takenAt = new Date();
    const trees = await treesOf(run, data, copied);
    for (const tree of trees) await tree.copy();
    const cluster = await copyStandingCluster({
      cluster: await realpath(join(run, 'postgres')),
      to: filesOf(data),
      copied,
    });
    return { entries: [...trees.flatMap(({ entries }) => entries), ...cluster], takenAt, running: false, pausedMs: 0 };
  } finally {
    await claimed.release();
  }
}

async function ofRunning({ run, data, says, copied }: BackupWanted, record: RunRecord): Promise<Taken> {
  const port = record.children.find(({ name }) => name === 'postgres')?.port;
  if (port === undefined) throw new Refused(`the PostgreSQL of ${run} does not run: try again when it is back`);
  const password = await readFile(join(run, 'postgres.password'), 'utf8');
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  says('The suite runs: PostgreSQL is copied');
  const cluster = await ClusterCopy.begin(url, {
    cluster: await realpath(join(run, 'postgres')),
    to: filesOf(data),
    copied,
  });
  try {
    says('Mail store, messages on their way, topics and other files are copied');
    const trees = await treesOf(run, data, copied);
    for (const tree of trees) await tree.copy();
    says('The suite is paused for the last changes');
    // A service that died meanwhile was started again under another id.
    const { children } = (await readRecord(run)) ?? record;
    const { result, pausedMs } = await whilePaused(
      children.filter(({ name }) => !notPaused.has(name)),
      async () => {
        for (const tree of trees) await tree.copy();
        const takenAt = new Date();
        return { takenAt, end: await cluster.end() };
      },
    );
    says(`The suite goes on; it was paused for ${(pausedMs / 1000).toFixed(1)} s`);
    const log = await cluster.finish(result.end);
    return {
      entries: [...trees.flatMap(({ entries }) => entries), ...log],
      takenAt: result.takenAt,
      running: true,
      pausedMs,
    };
  } finally {
    await cluster.close();
  }
}

async function treesOf(run: string, data: string, copied: (bytes: number) => void): Promise<CopiedTree[]> {
  return (await dataParts(run)).map((part) => new CopiedTree({ ...part, to: filesOf(data), copied }));
}

/** Copies the keys, has everything written to the disks, and writes the manifests: keys first, for data are nothing without. */
async function finish(wanted: BackupWanted, { entries, takenAt, running, pausedMs }: Taken): Promise<Manifest> {
  const { run, data, keys, secrets, says } = wanted;
  says('Keys are copied');
  const trees = (await keyParts(run, secrets)).map((part) => new CopiedTree({ ...part, to: filesOf(keys) }));
  for (const tree of trees)
    await tree.copy().catch((error: unknown) => {
      throw inPlainWords(error, keys);
    });
  const common = {
    format: 1 as const,
    id: randomUUID(),
    version: await suiteVersion(),
    takenAt: takenAt.toISOString(),
    running,
    pausedMs: Math.round(pausedMs),
    postgres: await postgresVersion(join(run, 'postgres')),
  };
  await toDisk(data, keys);
  const manifest: Manifest = { ...common, holds: 'data', entries };
  const keyEntries = trees.flatMap((tree) => tree.entries);
  await endBundle(keys, { ...common, holds: 'keys', dataManifest: digestOf(manifest), entries: keyEntries });
  await endBundle(data, manifest);
  await toDisk(data, keys);
  return manifest;
}

async function toDisk(...folders: string[]): Promise<void> {
  await promisify(execFile)('sync', ['-f', ...folders]);
}

/** The version of the suite that is run here. */
export async function suiteVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}
