// Who runs in a folder: the supervisor and each of its children, so that whoever comes later can tell what to leave
// alone, and end what a supervisor that was killed left behind, and nothing else.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inTurn } from './in-turn.mjs';
import { identify, isAlive, signal, type ProcessIdentity } from './processes.ts';

export interface RecordedChild extends ProcessIdentity {
  readonly name: string;
  readonly port?: number;
}

export interface RunRecord {
  readonly supervisor: ProcessIdentity;
  readonly children: readonly RecordedChild[];
}

/** A folder that is ours alone while we run; `run.json` in it says so. */
export class RunFolder {
  readonly path: string;
  readonly #children = new Map<string, RecordedChild>();
  #lastWrite: Promise<void> = Promise.resolve();

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Takes `wanted`, or `wanted-2`, `wanted-3`... when a living supervisor has it. What a dead one left running there is
   * ended first.
   */
  static async claim(wanted: string): Promise<RunFolder> {
    for (let number = 1; ; number += 1) {
      const claimed = await RunFolder.#claimExactly(number === 1 ? wanted : `${wanted}-${number}`);
      if (claimed) return claimed;
    }
  }

  static async #claimExactly(path: string): Promise<RunFolder | undefined> {
    return inTurn(`run in ${path}`, async () => {
      const record = await readRecord(path);
      if (record && isAlive(record.supervisor)) return undefined;
      if (record) await endLeftovers(record);
      await mkdir(path, { recursive: true });
      const claimed = new RunFolder(path);
      await claimed.#write();
      return claimed;
    });
  }

  /** Written before anyone else is told of the child. */
  async add(child: RecordedChild): Promise<void> {
    this.#children.set(child.name, child);
    await this.#write();
  }

  async remove(name: string): Promise<void> {
    this.#children.delete(name);
    await this.#write();
  }

  async release(): Promise<void> {
    await this.#lastWrite;
    await rm(join(this.path, 'run.json'), { force: true });
  }

  /** One write after the other, each by rename: a reader never sees half a record. */
  async #write(): Promise<void> {
    const write = this.#writeAfter(this.#lastWrite);
    this.#lastWrite = write.catch(() => undefined);
    await write;
  }

  async #writeAfter(previous: Promise<void>): Promise<void> {
    await previous;
    const file = join(this.path, 'run.json');
    await writeFile(`${file}.next`, recordText([...this.#children.values()]));
    await rename(`${file}.next`, file);
  }
}

function recordText(children: readonly RecordedChild[]): string {
  const supervisor = identify(process.pid);
  return `${JSON.stringify({ supervisor, children }, null, 2)}\n`;
}

/** The record of a folder; undefined when there is none, or it is not one. */
export async function readRecord(folder: string): Promise<RunRecord | undefined> {
  const file = join(folder, 'run.json');
  if (!existsSync(file)) return undefined;
  try {
    const record = JSON.parse(await readFile(file, 'utf8')) as RunRecord;
    return isIdentity(record.supervisor) && record.children.every(isIdentity) ? record : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(value: ProcessIdentity): boolean {
  return Number.isSafeInteger(value.pid) && Number.isSafeInteger(value.startTime) && value.pid > 1;
}

/** Ends those of the recorded children that still are the same processes: asked first, killed after `graceMs`. */
export async function endLeftovers(record: RunRecord, graceMs = 5_000): Promise<RecordedChild[]> {
  const left = record.children.filter(isAlive);
  for (const child of left) signal(child, 'SIGTERM');
  const deadline = performance.now() + graceMs;
  while (left.some(isAlive)) {
    if (performance.now() > deadline) for (const child of left) signal(child, 'SIGKILL');
    await pause(20);
  }
  return left;
}
