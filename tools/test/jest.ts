import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '@recapito/servers';
import { countJest, type Counted, type JestResult } from './tally.ts';

/** What Node needs to load specs, in Jest's workers too, which get the same options. */
const nodeOptions = [
  '--conditions=@recapito/source',
  '--import',
  join(root, 'tools', 'test', 'spec-hooks.mjs'),
  '--enable-source-maps',
  '--disable-warning=ExperimentalWarning',
];

const program = createRequire(import.meta.url).resolve('jest/bin/jest');

/** The spec files that jest would run for these arguments. */
export async function listSpecs(parameters: readonly string[]): Promise<string[]> {
  const child = spawn(process.execPath, [...nodeOptions, program, '--listTests', ...parameters], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  await once(child, 'close');
  return Buffer.concat(printed).toString().split('\n').filter(Boolean);
}

export interface JestRun {
  readonly parameters: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The file for jest's own result. */
  readonly resultFile: string;
  readonly abort: AbortSignal;
}

/** Runs jest with its output on our terminal and counts what it found. Aborted, it ends with all its workers. */
export async function runJest({ parameters, environment, resultFile, abort }: JestRun): Promise<Counted> {
  await rm(resultFile, { force: true });
  const jest = [process.execPath, ...nodeOptions, program, '--json', `--outputFile=${resultFile}`, ...parameters];
  // A group of its own: its workers end with it, and it ends with us, though we be killed.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...jest], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  const closed = once(child, 'close');
  const end = (): void => void endGroup(child, closed);
  if (abort.aborted) end();
  abort.addEventListener('abort', end);
  const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null];
  abort.removeEventListener('abort', end);
  if (signal) return { passed: 0, failed: 1, remarks: [`jest was ended by ${signal}`] };
  return countJest(await readResult(resultFile), { code: code ?? 1, partial: parameters.length > 0 });
}

async function endGroup(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  if (child.pid === undefined) return;
  process.kill(-child.pid, 'SIGTERM');
  await Promise.race([closed, pause(3_000, undefined, { ref: false })]);
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The whole group has gone already.
  }
}

async function readResult(file: string): Promise<JestResult | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JestResult;
  } catch {
    return undefined;
  }
}
