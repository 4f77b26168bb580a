import { join } from 'node:path';
import { Child, lastLines, type Exit } from './child.ts';
import { listens } from './processes.ts';
import type { RunFolder } from './run-record.ts';
import type { Running } from './running.ts';
import type { Server } from './server.ts';
import { until } from './until.ts';

/** The run that a server belongs to. */
export interface Surroundings {
  readonly folder: RunFolder;
  /** Told when a server ends that nobody asked to. */
  readonly died: (server: string, exit: Exit) => void;
  readonly abort?: AbortSignal | undefined;
}

/** A server that was started as our child: it can be stopped, killed, and started again on the same port and data. */
export class RunningServer implements Running {
  readonly server: Server;
  readonly #run: Surroundings;
  #child: Child;
  #expectedToEnd = false;

  private constructor(server: Server, run: Surroundings, child: Child) {
    this.server = server;
    this.#run = run;
    this.#child = child;
  }

  /** Resolves when it answers in its own protocol and it is our child that does. */
  static async start(server: Server, run: Surroundings): Promise<RunningServer> {
    await server.prepare();
    const running = new RunningServer(server, run, await launch(server, run.folder));
    await running.#untilReady();
    return running;
  }

  get name(): string {
    return this.server.name;
  }

  get environment(): Readonly<Record<string, string>> {
    return this.server.environment;
  }

  get pid(): number {
    return this.#child.identity.pid;
  }

  get alive(): boolean {
    return this.#child.alive;
  }

  async stop(): Promise<void> {
    this.#expectedToEnd = true;
    await this.#child.stop(this.server.stopSignal, this.server.stopWithinMs);
    await this.#run.folder.remove(this.server.name);
  }

  async kill(signal: NodeJS.Signals): Promise<Exit> {
    this.#expectedToEnd = true;
    if (!this.#child.signal(signal)) throw new Error(`${this.server.name} does not run`);
    return this.#child.exited;
  }

  async restart(): Promise<void> {
    if (this.#child.alive) await this.stop();
    // What is missing of its data, as after the loss of a disk, is laid down anew.
    await this.server.prepare();
    this.#child = await launch(this.server, this.#run.folder);
    this.#expectedToEnd = false;
    await this.#untilReady();
  }

  async #untilReady(): Promise<void> {
    const child = this.#child;
    const { server } = this;
    const { folder, died, abort } = this.#run;
    const log = logOf(server, folder);
    try {
      await until(
        async () => {
          await server.probe();
          // Asked last: the kernel's table of sockets is long to read.
          if (!listens(child.identity.pid, server.port))
            throw new Error(`${server.name} does not listen on ${server.port} yet`);
        },
        {
          withinMs: server.readyWithinMs,
          aborted: () => {
            if (abort?.aborted) return new Error(`${server.name} was told to stop while it was starting`);
            return child.alive ? undefined : new Error('it ended while it was starting');
          },
        },
      );
    } catch (error) {
      this.#expectedToEnd = true;
      await child.stop('SIGKILL', 0);
      await folder.remove(server.name);
      if (abort?.aborted) throw error;
      throw new Error(`${server.name} did not start; the end of ${log}:\n${lastLines(log)}`, { cause: error });
    }
    void this.#watch(child, died);
  }

  async #watch(child: Child, died: Surroundings['died']): Promise<void> {
    const exit = await child.exited;
    if (!this.#expectedToEnd && this.#child === child) died(this.server.name, exit);
  }
}

async function launch(server: Server, folder: RunFolder): Promise<Child> {
  const child = await Child.start({
    command: server.command,
    arguments: server.arguments,
    account: server.account,
    folder: folder.path,
    log: logOf(server, folder),
    deathSignal: server.deathSignal,
  });
  await folder.add({ ...child.identity, name: server.name, port: server.port });
  return child;
}

function logOf(server: Server, folder: RunFolder): string {
  return join(folder.path, 'logs', `${server.name}.log`);
}
