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
    return this.#reason !== null;
  }

  /** Resolves when the database was compared for the first time and nothing is to be decided. */
  async whenOpen(): Promise<void> {
    await this.#relay.whenCompared();
  }

  /** @throws Unavailable while they are closed. */
  makeSureOpen(): void {
    const reason = this.#reason;
    if (reason !== null) throw new Unavailable(this.#service, reason);
  }

  /** Why they are closed; null while they are open. */
  get #reason(): string | null {
    const { stoppedByRestore, comparesAgain } = this.#relay.state();
    if (stoppedByRestore) return 'the database went back to an earlier state and waits for a decision';
    return comparesAgain ? 'the connection to the database was lost: it is compared with the topics' : null;
  }
}
