import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signingKey, someEntries, writeTrace } from './naive-trace.ts';

/** The program, as whoever doubts us starts it. */
export const program = fileURLToPath(new URL('../main.mjs', import.meta.url));

export interface Outcome {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program with nothing in its environment but its language. */
export function run(
  args: readonly string[],
  environment: Record<string, string> = { LANG: 'en_US.UTF-8' },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { env: environment }, (_, out, err) =>
      resolve({ exit: child.exitCode, out, err }),
    );
  });
}

/** A whole trace of 600 entries, 200 a day, that specs copy and then spoil. */
export class TraceRoom {
  readonly key = signingKey();
  readonly entries = someEntries(600);
  readonly pristine: string;
  #copies = 0;

  private constructor(readonly folder: string) {
    this.pristine = join(folder, 'pristine');
  }

  static async open(): Promise<TraceRoom> {
    const room = new TraceRoom(await mkdtemp(join(tmpdir(), 'verify-trace-')));
    await writeTrace(room.pristine, room.entries, room.key);
    return room;
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  async copy(): Promise<string> {
    this.#copies += 1;
    const folder = join(this.folder, `copy-${this.#copies}`);
    await cp(this.pristine, folder, { recursive: true });
    return folder;
  }

  /** What the program says of a copy to which `change` was done. */
  async afterChange(change: (folder: string) => Promise<unknown>): Promise<Outcome> {
    const folder = await this.copy();
    await change(folder);
    return run([folder, '--public-key', this.key.verifier]);
  }
}

/** Changes a file byte by byte. @throws when the change changes nothing, for then the spec would show nothing. */
export async function edit(path: string, change: (content: string) => string): Promise<void> {
  const before = await readFile(path, 'latin1');
  const after = change(before);
  if (after === before) throw new Error(`nothing was changed in ${path}`);
  await writeFile(path, after, 'latin1');
}

/** Changes the line of entry `index`. */
export function editLine(index: number, change: (line: string) => string): (folder: string) => Promise<void> {
  const day = ['2010-08-02', '2010-08-03', '2010-09-15'][Math.floor(index / 200)];
  return (folder) =>
    edit(join(folder, `entries/${day}.ndjson`), (content) => {
      const lines = content.split('\n');
      lines[index % 200] = change(lines[index % 200] ?? '');
      return lines.join('\n');
    });
}

/** Changes the value of one field of a line, with its quotes if it has any. */
export function lineWith(field: string, change: (value: string) => string): (line: string) => string {
  return (line) => line.replace(new RegExp(`(?<="${field}":)("[^"]*"|\\d+|null)`), change);
}

/** Another text in base64 of the same length. */
export function otherFirstByte(value: string): string {
  return `"${value[1] === 'A' ? 'B' : 'A'}${value.slice(2)}`;
}

/** Flips the lowest bit of one byte. */
export async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  await writeFile(path, bytes);
}
