import { execFile } from 'node:child_process';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root } from '@recapito/servers';
import type { SuiteServices } from '../suite-services.ts';

const run = promisify(execFile);

interface ExportTask {
  readonly id: string;
  readonly state: string;
  readonly size: number;
  readonly failure: string | null;
}

interface Page {
  readonly items: readonly string[];
  readonly next: string | null;
}

/**
 * Has audit-log export the trace and fetches it file by file into `folder`; the public key goes beside it, in
 * `folder.pub`. @throws Error when the export fails
 */
export async function fetchTrace(services: SuiteServices, folder: string, key: string): Promise<void> {
  const asked = await services.asOperator<ExportTask>('audit-log', 'POST', '/exports', {
    headers: { 'idempotency-key': key },
  });
  const task = await finished(services, asked.id);
  if (task.state !== 'ready') throw new Error(`the export of the trace ended as ${task.state}: ${task.failure ?? ''}`);
  await rm(folder, { recursive: true, force: true });
  for (let page: Page = { items: [], next: '' }; page.next !== null;) {
    const after = page.next === '' ? '' : `&after=${page.next}`;
    page = await services.asOperator<Page>('audit-log', 'GET', `/exports/${task.id}/files?limit=200${after}`);
    for (const path of page.items) await fetchFile(services, task.id, path, folder);
  }
  const { key: publicKey } = await services.asOperator<{ key: string }>('audit-log', 'GET', '/checkpoints/key');
  await writeFile(`${folder}.pub`, `${publicKey}\n`);
}

async function finished(services: SuiteServices, id: string): Promise<ExportTask> {
  for (;;) {
    const task = await services.asOperator<ExportTask>('audit-log', 'GET', `/exports/${id}`);
    if (task.state !== 'asked' && task.state !== 'running') return task;
    await pause(50);
  }
}

async function fetchFile(services: SuiteServices, id: string, path: string, folder: string): Promise<void> {
  const file = resolve(folder, path);
  if (!file.startsWith(`${resolve(folder)}/`)) throw new Error(`the export names a file outside of itself: ${path}`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    await services.bytesAsOperator('audit-log', `/exports/${id}/files/content?path=${encodeURIComponent(path)}`),
  );
}

/** What the stand-alone verifier says of a folder. */
export interface Verdict {
  readonly whole: boolean;
  readonly checkpoint: { readonly size: number; readonly root: string } | null;
  readonly faults: readonly unknown[];
}

/** Runs the verifier as anybody outside would, as a program of its own. */
export async function verifyFromOutside(folder: string): Promise<Verdict> {
  const program = join(root, 'tools', 'verify-trace', 'main.mjs');
  const { stdout } = await run(process.execPath, [program, folder, '--json'], { maxBuffer: 1 << 26 }).catch(
    (error: { stdout?: string; message: string }) => {
      if (error.stdout?.startsWith('{')) return { stdout: error.stdout };
      throw new Error(`the verifier cannot be run: ${error.message}`);
    },
  );
  const { whole, checkpoint, faults } = JSON.parse(stdout) as Partial<Verdict> & Pick<Verdict, 'whole'>;
  return { whole, checkpoint: checkpoint ?? null, faults: faults ?? [] };
}

/** A fact of the trace, decoded: what the report counts. */
export interface TracedFact {
  readonly topic: string;
  /** The last word of `ce_type`: `message-accepted`. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Entry {
  readonly topic: string;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
  readonly value: string | null;
}

/** Every fact of an exported trace in the order of its index. */
export async function* factsIn(folder: string): AsyncGenerator<TracedFact> {
  const entries = join(folder, 'entries');
  const days = existsSync(entries) ? readdirSync(entries).sort() : [];
  for (const day of days) {
    const lines = createInterface({ input: createReadStream(join(entries, day)), crlfDelay: Infinity });
    for await (const line of lines) {
      const fact = factOf(JSON.parse(line) as Entry);
      if (fact !== null) yield fact;
    }
  }
}

/** The trace keeps whatever lay on a topic, also what nobody can read: null for what states no fact. */
function factOf({ topic, headers, value }: Entry): TracedFact | null {
  const type = headers.find(([name]) => name === 'ce_type')?.[1];
  if (!type || value === null) return null;
  try {
    const data: unknown = JSON.parse(Buffer.from(value, 'base64').toString('utf8'));
    if (typeof data !== 'object' || data === null) return null;
    const name = Buffer.from(type, 'base64').toString('utf8').split('.').at(-1) ?? '';
    return { topic, type: name, data: data as TracedFact['data'] };
  } catch {
    return null;
  }
}
