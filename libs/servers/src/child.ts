import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Account } from './account.ts';
import { identify, isAlive, signal, type ProcessIdentity } from './processes.ts';

/** How a child process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The system account it runs as; ours when absent. Only root can give another. */
  readonly account?: Account | undefined;
  /** The file that its standard output and error are appended to. */
  readonly log: string;
  /** What the kernel sends it when this process ends, however it ends. */
  readonly deathSignal: NodeJS.Signals;
}

/**
 * A child in a session of its own: Ctrl-C in the terminal reaches us and not it, so that we stop things in order; when
 * we are killed, the kernel ends it by the signal named in its command.
 */
export class Child {
  readonly identity: ProcessIdentity;
  readonly exited: Promise<Exit>;

  private constructor(identity: ProcessIdentity, exited: Promise<Exit>) {
    this.identity = identity;
    this.exited = exited;
  }

  static async start(command: ChildCommand): Promise<Child> {
    await mkdir(dirname(command.log), { recursive: true, mode: 0o700 });
    const log = openSync(command.log, 'a', 0o600);
    try {
      const launched = spawn('setpriv', [...privileges(command), command.command, ...command.arguments], {
        cwd: command.folder,
        env: { ...process.env, ...command.environment },
        stdio: ['ignore', log, log],
        detached: true,
      });
      const exited = new Promise<Exit>((resolve) => {
        launched.once('exit', (code, signal) => resolve({ code, signal }));
        launched.once('error', () => resolve({ code: 127, signal: null }));
      });
      await new Promise<void>((resolve, reject) => {
        launched.once('spawn', resolve);
        launched.once('error', reject);
      });
      // A child that is dead already has no start time any more; its exit says the rest.
      const pid = launched.pid ?? 0;
      return new Child(identify(pid) ?? { pid, startTime: -1 }, exited);
    } finally {
      closeSync(log);
    }
  }

  get alive(): boolean {
    return isAlive(this.identity);
  }

  signal(name: NodeJS.Signals): boolean {
    return signal(this.identity, name);
  }

  /** Asks it to stop; what has not ended at the deadline is killed. Resolves when it has ended. */
  async stop(request: NodeJS.Signals, deadlineMs: number): Promise<Exit> {
    this.signal(request);
    const deadline = setTimeout(() => this.signal('SIGKILL'), deadlineMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(deadline);
    }
  }
}

function privileges({ account, deathSignal }: ChildCommand): string[] {
  const identity = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
  return [...identity, '--pdeathsig', deathSignal.replace(/^SIG/, ''), '--'];
}

/** Runs a command to its end, as a child that does not outlive us; rejects with the end of its log when it fails. */
export async function runToEnd(command: Omit<ChildCommand, 'deathSignal'>): Promise<void> {
  const child = await Child.start({ ...command, deathSignal: 'SIGKILL' });
  const exit = await child.exited;
  if (exit.code === 0) return;
  throw new Error(`${command.command} failed (${exit.signal ?? exit.code}):\n${lastLines(command.log)}`);
}

/** The last lines of a log, for the message that says why a child did not come up. */
export function lastLines(log: string, count = 30): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '(no log)';
  }
}
