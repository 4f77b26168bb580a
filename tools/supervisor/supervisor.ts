import type { Exit, RunFolder } from '@recapito/servers';
import { layers, type ServiceDefinition } from './service.ts';
import { SupervisedService, type Supervision } from './supervised-service.ts';

export interface SupervisorOptions {
  readonly folder: RunFolder;
  readonly services: readonly ServiceDefinition[];
  /** Default 30 s, and 20 s, which is more than a service takes for itself. */
  readonly readyWithinMs?: number;
  readonly stopWithinMs?: number;
  readonly died?: Supervision['died'];
  /** Gives up a start under way; what had started is stopped. */
  readonly abort?: AbortSignal;
}

/** The services of one run: started in the order of what they stand on, kept running, stopped in the reverse order. */
export class Supervisor {
  readonly #layers: SupervisedService[][];

  private constructor(serviceLayers: SupervisedService[][]) {
    this.#layers = serviceLayers;
  }

  /** Resolves when every service is ready; rejects, with none left running, when one cannot be started. */
  static async start(options: SupervisorOptions): Promise<Supervisor> {
    const { folder, readyWithinMs = 30_000, stopWithinMs = 20_000, died } = options;
    const supervision = { folder, readyWithinMs, stopWithinMs, died };
    const supervisor = new Supervisor(
      layers(options.services).map((layer) => layer.map((service) => new SupervisedService(service, supervision))),
    );
    try {
      for (const layer of supervisor.#layers) await supervisor.#startLayer(layer, options.abort);
    } catch (error) {
      await supervisor.stop();
      throw error;
    }
    return supervisor;
  }

  /** How often each service was started again. */
  get restarts(): Record<string, number> {
    return Object.fromEntries(this.#all.map((service) => [service.definition.name, service.restarts]));
  }

  /** The pid of each service that runs at this moment. */
  get pids(): Record<string, number | undefined> {
    return Object.fromEntries(this.#all.map((service) => [service.definition.name, service.pid]));
  }

  /** Kills a service, which is then started again. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    return this.#find(name).kill(signal);
  }

  async untilReady(name: string): Promise<void> {
    return this.#find(name).untilReady();
  }

  /** Stops every service, those that others stand on last. */
  async stop(): Promise<void> {
    for (const layer of this.#layers.toReversed()) await Promise.all(layer.map((service) => service.stop()));
  }

  get #all(): SupervisedService[] {
    return this.#layers.flat();
  }

  /** An abort stops the layer, which makes its start reject. */
  async #startLayer(layer: SupervisedService[], abort: AbortSignal | undefined): Promise<void> {
    abort?.throwIfAborted();
    const giveUp = (): void => {
      for (const service of layer) void service.stop();
    };
    abort?.addEventListener('abort', giveUp);
    try {
      await Promise.all(layer.map((service) => service.start()));
    } finally {
      abort?.removeEventListener('abort', giveUp);
    }
  }

  #find(name: string): SupervisedService {
    const found = this.#all.find((service) => service.definition.name === name);
    if (!found) throw new Error(`no service ${name} is supervised here`);
    return found;
  }
}
