import type { Relay } from '@recapito/messaging';
import { Unavailable } from '../calls/unavailable.ts';

/**
 * The doors of a service whose database may have been put back to an earlier state: closed until it was compared with the
 * service's topics, and while a decision is awaited. Requests, facts and jobs wait.
 * @rule RESTORE-DOORS-CLOSED
 */
export class ClosedDoors {
  readonly #service: string;
  readonly #relay: Pick<Relay, 'state' | 'whenCompared'>;

  constructor(service: string, relay: Pick<Relay, 'state' | 'whenCompared'>) {
    this.#service = service;
    this.#relay = relay;
  }

  /** A decision is awaited, as far as this process knows. */
  get closed(): boolean {
    return this.#relay.state().stoppedByRestore;
  }

  /** Resolves when the database was compared for the first time and nothing is to be decided. */
  async whenOpen(): Promise<void> {
    await this.#relay.whenCompared();
  }

  /** @throws Unavailable while a decision is awaited. */
  makeSureOpen(): void {
    if (this.closed)
      throw new Unavailable(this.#service, 'the database went back to an earlier state and waits for a decision');
  }
}
