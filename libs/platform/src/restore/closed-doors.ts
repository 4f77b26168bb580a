import type { Relay } from '@recapito/messaging';
import { Unavailable } from '../calls/unavailable.ts';

/**
 * The doors of a service whose database may have been put back to an earlier state: closed until it was compared with the
 * service's topics, at the start and whenever the connection to it was lost, and while a decision is awaited. Requests,
 * facts and jobs wait.
 * @rule RESTORE-DOORS-CLOSED
 */
export class ClosedDoors {
  readonly #service: string;
  readonly #relay: Pick<Relay, 'state' | 'whenCompared'>;

  constructor(service: string, relay: Pick<Relay, 'state' | 'whenCompared'>) {
    this.#service = service;
    this.#relay = relay;
  }

  /** The database has to be compared again, or a decision is awaited, as far as this process knows. */
  get closed(): boolean {
    const { stoppedByRestore, comparesAgain } = this.#relay.state();
    return stoppedByRestore || comparesAgain;
  }

  /** Resolves when the database was compared for the first time and nothing is to be decided. */
  async whenOpen(): Promise<void> {
    await this.#relay.whenCompared();
  }

  /** @throws Unavailable while they are closed. */
  makeSureOpen(): void {
    const { stoppedByRestore, comparesAgain } = this.#relay.state();
    if (stoppedByRestore)
      throw new Unavailable(this.#service, 'the database went back to an earlier state and waits for a decision');
    if (comparesAgain)
      throw new Unavailable(this.#service, 'the connection to the database was lost: it is compared with the topics');
  }
}
