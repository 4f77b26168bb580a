import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Child, type Exit, lastLines, listens, root, type RunFolder, until } from '@recapito/servers';
import { backoffMs, soundAfterMs } from './backoff.ts';
import { compileCache, wordsToRun } from './program.ts';
import type { ServiceDefinition } from './service.ts';

/** What a service needs of whoever supervises it. */
export interface Supervision {
  readonly folder: RunFolder;
  /** How long it may take from its start to its first good answer. */
  readonly readyWithinMs: number;
  /** How long it may take from SIGTERM to its end before it is killed. */
  readonly stopWithinMs: number;
  /** Told of each death that nobody asked for, and of when the service will be started again. */
  readonly died?: ((name: string, exit: Exit, againInMs: number) => void) | undefined;
}

const betweenLooksMs = 100;

/** A service that runs until it is stopped: when it dies it is started again, a little later each time. */
export class SupervisedService {
  readonly definition: ServiceDefinition;
  readonly #supervision: Supervision;
  readonly #stopping = new AbortController();
  #child: Child | undefined;
  #readySince: number | undefined;
  #failedStart: Error | undefined;
  #kept: Promise<void> = Promise.resolve();
  #restarts = 0;

  constructor(definition: ServiceDefinition, supervision: Supervision) {
    this.definition = definition;
    this.#supervision = supervision;
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Undefined between a death and the next start. */
  get pid(): number | undefined {
    return this.#child?.alive ? this.#child.identity.pid : undefined;
  }

  /** Resolves when it answers that it is ready; rejects when it ends by itself, or the time is over, before it ever was. */
  async start(): Promise<void> {
    this.#kept = this.#keep().catch((error: Error) => {
      this.#failedStart = error;
    });
    await this.untilReady();
  }

  /** Resolves when `/health/ready` is answered with success by the process that runs now. */
  async untilReady(withinMs = this.#supervision.readyWithinMs): Promise<void> {
    const { name, port, management } = this.definition;
    const ready = `http://127.0.0.1:${management}/health/ready`;
    await until(
      async () => {
        const { pid } = this;
        const response = await fetch(ready, { signal: AbortSignal.timeout(2_000) });
        const words = await response.text();
        if (!response.ok) throw new Error(`${name} is not ready: ${words}`);
        // Asked last: the kernel's table of sockets is long to read.
        if (pid === undefined || !listens(pid, port)) throw new Error(`${name} does not listen on ${port}`);
      },
      { withinMs, everyMs: betweenLooksMs, aborted: () => this.#failedStart ?? this.#stopped() },
    );
    this.#readySince ??= performance.now();
  }

  /** Takes its life, as a test of the others; it is started again like after any other death. */
  async kill(signal: NodeJS.Signals): Promise<Exit> {
    const child = this.#child;
    if (!child?.signal(signal)) throw new Error(`${this.definition.name} does not run at this moment`);
    return child.exited;
  }

  /** Asks it to stop and waits for its end; it is not started again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#child?.stop('SIGTERM', this.#supervision.stopWithinMs);
    await this.#kept;
    await this.#supervision.folder.remove(this.definition.name);
  }

  get #log(): string {
    return join(this.#supervision.folder.path, 'logs', `${this.definition.name}.log`);
  }

  #stopped(): Error | undefined {
    return this.#stopping.signal.aborted ? new Error(`${this.definition.name} was stopped`) : undefined;
  }

  async #launch(): Promise<Child> {
    const { name, entry, port, environment } = this.definition;
    const child = await Child.start({
      command: process.execPath,
      arguments: wordsToRun(entry),
      folder: root,
      environment: { NODE_COMPILE_CACHE: compileCache, ...environment },
      log: this.#log,
      deathSignal: 'SIGKILL',
    });
    await this.#supervision.folder.add({ ...child.identity, name, port });
    return child;
  }

  /** Starts it, and again after each death, until it is stopped or turns out to be unable to start. */
  async #keep(): Promise<void> {
    let everReady = false;
    for (let deathsInARow = 1; ; deathsInARow += 1) {
      const exit = await this.#runOnce();
      if (this.#stopping.signal.aborted) return;
      everReady ||= this.#readySince !== undefined;
      // One that gives up by itself before it ever was ready would only do so again: its configuration is at fault.
      if (!everReady && exit.signal === null) return this.#giveUp(exit);
      if (this.#readySince !== undefined && performance.now() - this.#readySince > soundAfterMs) deathsInARow = 1;
      const againInMs = backoffMs(deathsInARow);
      this.#supervision.died?.(this.definition.name, exit, againInMs);
      await pause(againInMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
      this.#restarts += 1;
      this.#readySince = undefined;
    }
  }

  async #runOnce(): Promise<Exit> {
    const child = await this.#launch();
    this.#child = child;
    // Stopped while it was being launched: nobody else knows of this child yet.
    if (this.#stopping.signal.aborted) return child.stop('SIGTERM', this.#supervision.stopWithinMs);
    if (this.#restarts > 0) void this.untilReady().catch(() => undefined);
    return child.exited;
  }

  #giveUp(exit: Exit): void {
    const { name } = this.definition;
    this.#failedStart = new Error(`${name} ended with ${exit.code}; the end of ${this.#log}:\n${lastLines(this.#log)}`);
  }
}
