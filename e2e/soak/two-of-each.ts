import { freePort } from '@recapito/servers';
import type { ServiceDefinition } from '../../tools/supervisor/index.ts';
import { Forwarder } from '../forwarder.ts';

/** A process of a service: its name for the supervisor, and where it is asked directly. */
export interface Twin {
  readonly service: string;
  readonly name: string;
  readonly url: string;
  /** Where its heap can be looked into; undefined of the one that is killed. */
  readonly inspector: number | undefined;
}

/** Doors of which every process needs its own. */
const furtherDoors = ['RECAPITO_SMTP_PORT', 'RECAPITO_SMTPS_PORT', 'RECAPITO_SUBMISSION_PORT'] as const;

/** Two processes of every service, and before them one door that leads to whichever of the two listens. */
export class TwoOfEach {
  readonly twins: Twin[] = [];
  readonly #forwarders: Forwarder[] = [];

  /** What is run instead of one process of each. The first of two may be killed; the second is looked into. */
  async arrange(services: readonly ServiceDefinition[]): Promise<readonly ServiceDefinition[]> {
    const doubled: ServiceDefinition[] = [];
    for (const service of services) {
      const pair = [await this.#first(service), await this.#second(service)];
      this.#forwarders.push(
        await Forwarder.start(
          pair.map(({ port }) => port),
          service.port,
        ),
      );
      doubled.push(...pair);
    }
    return doubled;
  }

  /** Base address of every process, by its name. */
  get urls(): Record<string, string> {
    return Object.fromEntries(this.twins.map(({ name, url }) => [name, url]));
  }

  async close(): Promise<void> {
    for (const forwarder of this.#forwarders) await forwarder.close();
  }

  async #first(service: ServiceDefinition): Promise<ServiceDefinition> {
    const port = await freePort();
    this.#note(service.name, service.name, port);
    return { ...service, port, environment: { ...service.environment, RECAPITO_PORT: String(port) } };
  }

  async #second(service: ServiceDefinition): Promise<ServiceDefinition> {
    const [port, management, inspector] = [await freePort(), await freePort(), await freePort()];
    const name = `${service.name}-second`;
    this.#note(service.name, name, port, inspector);
    const environment: Record<string, string> = {
      ...service.environment,
      RECAPITO_PORT: String(port),
      RECAPITO_MANAGEMENT_PORT: String(management),
      NODE_OPTIONS: `--inspect=127.0.0.1:${inspector}`,
    };
    for (const door of furtherDoors) if (environment[door] !== undefined) environment[door] = String(await freePort());
    return { ...service, name, port, management, environment };
  }

  #note(service: string, name: string, port: number, inspector?: number): void {
    this.twins.push({ service, name, url: `http://127.0.0.1:${port}`, inspector });
  }
}
