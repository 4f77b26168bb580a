import type { DataOf, messageDelivered, messageNotDelivered, timeLimitPassed } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import type { NewEmission } from '../../persistence/emission.store.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import type { Installation } from '../../programme/installation.ts';
import { newEmission } from '../certify.ts';

/** What every fact says with which a receipt or notice was made. */
interface Made {
  readonly gestore: string;
  readonly mittente: string;
  readonly messageId: string;
  readonly consegna: string;
}

/**
 * The receipts and notices that were made with forgotten facts, as they are made again: under the same ids, so that what is in
 * its box already stays the only one. Those for another installation are left out: its provider has most likely got them,
 * and a second one would be a second receipt there.
 * @rule MAIL-REBUILDS
 */
export class ReceiptsAgain {
  readonly #installation: Installation;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /** In the concise form: the original lies in the box that it was delivered to. */
  delivery(message: KnownMessage, data: DataOf<typeof messageDelivered>, at: Instant): NewEmission | null {
    const towards = this.#installation.managing(data.mittente)?.name;
    if (towards === undefined) return null;
    return this.#made(message, data, at, { kind: 'avvenuta-consegna', towards, form: 'sintetica' });
  }

  /**
   * A notice that the recipient's provider has made. One that the sender's own made may have gone to the box or by the
   * incoming point, and is left out where both are the same.
   */
  failure(message: KnownMessage, data: DataOf<typeof messageNotDelivered>, at: Instant): NewEmission | null {
    const towards = this.#installation.managing(data.mittente)?.name;
    if (towards === undefined || towards === data.gestore) return null;
    const { errore, erroreEsteso } = data;
    return this.#made(message, data, at, { kind: 'errore-consegna', towards, errore, erroreEsteso });
  }

  limit(message: KnownMessage, data: DataOf<typeof timeLimitPassed>, at: Instant): NewEmission | null {
    return this.#made(message, data, at, { kind: 'preavviso-errore-consegna', timeLimit: data.limit });
  }

  #made(
    message: KnownMessage,
    { gestore, mittente, messageId, consegna }: Made,
    at: Instant,
    more: Pick<NewEmission, 'kind'> & Partial<NewEmission>,
  ): NewEmission | null {
    const provider = this.#installation.providerNamed(gestore);
    if (provider === undefined) return null;
    return newEmission(message, provider, at, { messageId, forwardPath: [mittente], about: [consegna], ...more });
  }
}
