import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GenericContainer, Wait, type ContainerRuntimeClient } from 'testcontainers';
import { lastLines, type Exit } from './child.ts';
import type { ContainerServer } from './containers.ts';
import { ourLabels, unlessGone } from './engine.ts';
import type { Running } from './running.ts';
import type { Surroundings } from './running-server.ts';
import { until } from './until.ts';

type Container = ReturnType<ContainerRuntimeClient['container']['getById']>;

/** A container whose port is published at one address of this side, and stays the same when it is started again. */
class PublishedContainer extends GenericContainer {
  withPublishedPort(inner: number, address: string, port: number): this {
    this.withExposedPorts({ container: inner, host: port });
    this.hostConfig.PortBindings = { [`${inner}/tcp`]: [{ HostIp: address, HostPort: String(port) }] };
    return this;
  }
}

/** A server that was started in a container, with its data in it: stopped, it is gone. */
export class RunningContainer implements Running {
  /** Only the engine's processes are to be seen. */
  readonly pid = undefined;
  readonly #server: ContainerServer;
  readonly #run: Surroundings;
  readonly #engine: ContainerRuntimeClient;
  readonly #container: Container;
  #exited: Promise<Exit> = Promise.resolve({ code: null, signal: null });
  #expectedToEnd = false;

  private constructor(server: ContainerServer, run: Surroundings, engine: ContainerRuntimeClient, id: string) {
    this.#server = server;
    this.#run = run;
    this.#engine = engine;
    this.#container = engine.container.getById(id);
  }

  /** Resolves when it answers in its own protocol. @param address where its port is published on this side */
  static async start(
    server: ContainerServer,
    run: Surroundings,
    { engine, address }: { engine: ContainerRuntimeClient; address: string },
  ): Promise<RunningContainer> {
    await mkdir(join(run.folder.path, 'logs'), { recursive: true });
    const container = new PublishedContainer(server.image)
      .withPublishedPort(server.innerPort, address, server.port)
      .withEnvironment(server.settings)
      .withLabels(ourLabels())
      // Whether it is ready is asked below, in its own protocol.
      .withWaitStrategy(Wait.forAll([]));
    if (server.entrypoint) container.withEntrypoint([...server.entrypoint]);
    container.withCopyContentToContainer([...(server.files ?? [])]);
    if (server.command) container.withCommand([...server.command]);
    const running = new RunningContainer(server, run, engine, (await container.start()).getId());
    await running.#begin(new Date());
    return running;
  }

  get name(): string {
    return this.#server.name;
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#server.environment;
  }

  async stop(): Promise<void> {
    this.#expectedToEnd = true;
    await this.#container.remove({ force: true, v: true }).catch(unlessGone);
  }

  async kill(signal: NodeJS.Signals): Promise<Exit> {
    this.#expectedToEnd = true;
    const exited = this.#exited;
    await this.#container.kill({ signal });
    return exited;
  }

  async restart(): Promise<void> {
    this.#expectedToEnd = true;
    if ((await this.#container.inspect()).State.Running) await this.#askToStop();
    const at = new Date();
    await this.#container.start();
    this.#expectedToEnd = false;
    await this.#begin(at);
  }

  async #askToStop(): Promise<void> {
    const { stopSignal, stopWithinMs } = this.#server;
    await this.#container.kill({ signal: stopSignal });
    const late = pause(stopWithinMs, 'late' as const, { ref: false });
    if ((await Promise.race([this.#exited, late])) === 'late') await this.kill('SIGKILL');
  }

  /** @param since when it was started: its log goes on from there */
  async #begin(since: Date): Promise<void> {
    this.#exited = exitOf(this.#container);
    const log = join(this.#run.folder.path, 'logs', `${this.name}.log`);
    const written = await this.#engine.container.logs(this.#container, { since: Math.floor(since.getTime() / 1000) });
    written.pipe(createWriteStream(log, { flags: 'a', mode: 0o600 }));
    let ended: Exit | undefined;
    void this.#exited.then((exit) => (ended = exit));
    const { abort } = this.#run;
    try {
      await until(() => this.#server.probe(), {
        withinMs: this.#server.readyWithinMs,
        aborted: () => {
          if (abort?.aborted) return new Error(`${this.name} was told to stop while it was starting`);
          return ended && new Error('it ended while it was starting');
        },
      });
    } catch (error) {
      await this.stop();
      if (abort?.aborted) throw error;
      throw new Error(`${this.name} did not start; the end of ${log}:\n${lastLines(log)}`, { cause: error });
    }
    void this.#exited.then((exit) => this.#expectedToEnd || this.#run.died(this.name, exit));
  }
}

/** How the container ends. An engine tells a signal as 128 and its number, as shells do. */
async function exitOf(container: Container): Promise<Exit> {
  try {
    const { StatusCode: status } = (await container.wait()) as { StatusCode: number };
    const signal = Object.entries(constants.signals).find(([, number]) => number + 128 === status)?.[0];
    return signal === undefined ? { code: status, signal: null } : { code: null, signal: signal as NodeJS.Signals };
  } catch {
    // Removed while we waited, or the engine has gone.
    return { code: null, signal: null };
  }
}
