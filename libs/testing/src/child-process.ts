import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root, type Exit } from '@recapito/servers';

export interface ChildProcessOptions {
  /** Added to our own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  /** In a process group of its own, as a shell starts a command: see `signalGroup`. */
  readonly ownGroup?: boolean;
}

/**
 * A program of ours in a process of its own, for specs that take its life at a named point. Its standard output is
 * read line by line and serves as its voice; its standard error is kept for the message of a failure.
 */
export class SpecProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #exited: Promise<Exit>;
  #errors = '';
  #exit: Exit | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#exit = { code, signal };
        this.#wakeAll();
        resolve(this.#exit);
      });
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`the child did not start: ${this.#errors}`);
    return this.#child.pid;
  }

  /** Every line of standard output so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The first line, heard already or to come, that matches; rejects when the child ends or `withinMs` pass without it. */
  async line(pattern: string | RegExp, withinMs = 120_000): Promise<string> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const found = this.#lines.find((line) => (typeof pattern === 'string' ? line === pattern : pattern.test(line)));
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (this.#exit) throw new Error(`ended (${this.#how()}) without saying ${pattern}; it said:\n${this.#words()}`);
      if (left <= 0) throw new Error(`did not say ${pattern} within ${withinMs} ms; it said:\n${this.#words()}`);
      await this.#news(left);
    }
  }

  /** Writes a line to its standard input. */
  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** What Ctrl-C does: the signal reaches the whole group of a child that was started with `ownGroup`. */
  signalGroup(name: NodeJS.Signals): void {
    process.kill(-this.pid, name);
  }

  /** How it ended; waits for that. */
  async exited(): Promise<Exit> {
    return this.#exited;
  }

  /** Waits for its end and rejects unless it was by this signal: a child that finished its work was not interrupted in it. */
  async endedBy(signal: NodeJS.Signals): Promise<void> {
    await this.#exited;
    if (this.#exit?.signal !== signal) {
      throw new Error(`expected an end by ${signal}, got ${this.#how()}; it said:\n${this.#words()}`);
    }
  }

  /** Kills it at once and makes sure that the kill is what ended it. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.endedBy('SIGKILL');
  }

  /** Ends it if it still runs; for `afterEach`. */
  async cleanUp(): Promise<void> {
    if (!this.#exit) this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #hear(line: string): void {
    this.#lines.push(line);
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #news(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #how(): string {
    const { code, signal } = this.#exit ?? { code: null, signal: null };
    return signal ? `${signal}, ${constants.signals[signal]}` : `code ${code}`;
  }

  #words(): string {
    return [...this.#lines, this.#errors].join('\n');
  }
}

/** Runs a TypeScript file from its source, as the services run, and never longer than we live. */
export function childProcess(file: string, options: ChildProcessOptions = {}): SpecProcess {
  const hooks = join(root, 'tools', 'typescript-hooks.mjs');
  const imports = [hooks, join(root, 'tools', 'test', 'watch-answers.ts')].flatMap((each) => ['--import', each]);
  const program = [process.execPath, '--conditions=@recapito/source', ...imports, file];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...program, ...(options.arguments ?? [])], {
    cwd: root,
    env: { ...process.env, ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: options.ownGroup ?? false,
  });
  return new SpecProcess(child);
}
