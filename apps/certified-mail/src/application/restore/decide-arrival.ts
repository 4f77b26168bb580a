import { Injectable } from '@nestjs/common';
import { rebuildForgottenAbout } from '@recapito/messaging';
import type { RebuildForgotten } from '@recapito/messaging';
import { Database } from '@recapito/database';
import { ClosedDoors, SuiteClock } from '@recapito/platform';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Refusal, Words } from '@recapito/primitives';
import { certifiedInstant } from '@recapito/rfc6109';
import type { CertifiedMessage } from '@recapito/rfc6109';
import { spooledArrivals } from '../../files/spooled-arrivals.ts';
import { Spool } from '../../files/spool.ts';
import { closeArrived, forgottenArrivals } from '../../persistence/forgotten-arrivals.store.ts';
import type { ForgottenArrival } from '../../persistence/forgotten-arrivals.store.ts';
import type { PrismaClient } from '../../persistence/generated/client.ts';
import { lockMessage } from '../../persistence/message.store.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { Installation } from '../../programme/installation.ts';
import { publishNotDelivered } from '../delivery/publish-not-delivered.ts';
import { ReceiveIncoming } from '../incoming/receive-incoming.ts';
import { certifiedMailForgotten } from './rebuild-facts.ts';

/** What the notice of non-delivery says of an arrival that an operator gave up. */
const givenUp = 'il messaggio non è più disponibile presso il gestore del destinatario';

/** An arrival as an operator sees it before the decision. */
export interface StandingArrival extends ForgottenArrival {
  /** The boxes of which no fact says what became. */
  readonly waiting: readonly string[];
  /** Whether a file of the spool holds its envelope. */
  readonly isSpooled: boolean;
}

/** How an arrival was decided: for which boxes it was taken again, or given up. */
export interface DecidedArrival {
  readonly outcome: 'taken' | 'given-up';
  readonly boxes: readonly string[];
}

export type ArrivalRefusal = Refusal<'arrival/unknown' | 'arrival/not-spooled' | 'arrival/not-takable'>;

/**
 * What becomes of envelopes of other providers that were taken in charge by facts which a database put back has forgotten: an
 * operator decides each, by the file that may lie in the spool, or without one.
 * @rule ARRIVAL-DECIDED
 */
@Injectable()
export class DecideArrival {
  readonly #rebuild: RebuildForgotten<Tx>;

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly installation: Installation,
    private readonly spool: Spool,
    private readonly incoming: ReceiveIncoming,
    private readonly doors: ClosedDoors,
  ) {
    const rules = certifiedMailForgotten(() => Promise.resolve({ installation, spool }));
    this.#rebuild = (tx, fact) => rules.rebuild(tx, fact);
  }

  /** The arrivals that wait for a decision, from after one on. */
  async standing(after: string | null, limit: number): Promise<StandingArrival[]> {
    const arrivals = await forgottenArrivals(this.database.client, { after, limit });
    const files = await spooledArrivals(this.spool, new Set(arrivals.map(({ data }) => data.identificativo)));
    return arrivals.map((arrival) => {
      return { ...arrival, waiting: waitingOf(arrival), isSpooled: files.has(arrival.data.identificativo) };
    });
  }

  /**
   * Takes the envelope out of the spool once more, as if its provider had sent it again, for the boxes that wait. It is checked
   * as every arrival is; what was said of it before is not said again. May be repeated.
   * Refusals: `arrival/unknown`, `arrival/not-spooled`, `arrival/not-takable` in the words of the incoming point.
   */
  async take(id: string): Promise<DecidedArrival | ArrivalRefusal> {
    this.doors.makeSureOpen();
    const [arrival] = await forgottenArrivals(this.database.client, { id, limit: 1 });
    if (arrival === undefined) return unknown(id);
    const boxes = waitingOf(arrival);
    const refused = boxes.length === 0 ? null : await this.#bring(arrival, boxes);
    if (refused !== null) return refused;
    return await this.database.transaction(async (tx) => {
      const locked = await this.#lock(tx, arrival);
      if (isRefusal(locked)) return locked;
      await this.#close(tx, arrival);
      return { outcome: 'taken', boxes } as const;
    });
  }

  /** What is given up, as two persons see it: the message and its boxes that wait. Refusal: `arrival/unknown`. */
  async standingOf(tx: Tx, id: string): Promise<string | ArrivalRefusal> {
    this.doors.makeSureOpen();
    const [arrival] = await forgottenArrivals(tx, { id, limit: 1 });
    return arrival === undefined ? unknown(id) : [arrival.key, ...waitingOf(arrival)].join(' ');
  }

  /**
   * Gives the arrival up: the sender gets a notice of non-delivery for each box that waits.
   * Refusal: `arrival/unknown`.
   */
  async giveUp(tx: Tx, id: string): Promise<DecidedArrival | ArrivalRefusal> {
    this.doors.makeSureOpen();
    const [arrival] = await forgottenArrivals(tx, { id, limit: 1 });
    if (arrival === undefined) return unknown(id);
    const message = await this.#lock(tx, arrival);
    if (isRefusal(message)) return message;
    await this.#close(tx, arrival);
    const boxes = waitingOf(arrival);
    const { installation } = this;
    const { gestore, mittente } = arrival.data;
    const provider = installation.own(gestore);
    const towards = installation.index.providerOf(mittente)?.providerName ?? null;
    const failure = { errore: 'altro', erroreEsteso: givenUp } as const;
    const at = certifiedInstant(this.clock.now());
    for (const recipient of boxes)
      await publishNotDelivered(tx, installation.node, { message, provider, recipient, failure, towards, at });
    return { outcome: 'given-up', boxes };
  }

  /** Makes the message known and locks it. Somebody else may have decided meanwhile. */
  async #lock(tx: Tx, { id, key, data }: ForgottenArrival): Promise<KnownMessage | ArrivalRefusal> {
    const message = await lockMessage(tx, key, messageOf(data), certifiedInstant(this.clock.now()));
    const [open] = await forgottenArrivals(tx, { id, limit: 1 });
    return open === undefined ? unknown(id) : message;
  }

  /** @returns why it was not taken; null when it was, now or before. */
  async #bring({ data }: ForgottenArrival, forwardPath: readonly string[]): Promise<ArrivalRefusal | null> {
    const { identificativo, gestore: towards, mittente: reversePath } = data;
    const files = await spooledArrivals(this.spool, new Set([identificativo]));
    let refused = notSpooled();
    for (const name of files.get(identificativo) ?? []) {
      const bytes = await this.spool.find(name);
      if (bytes === undefined) continue;
      const answer = await this.incoming.receive({ towards, reversePath, forwardPath, bytes });
      if (!isRefusal(answer)) return null;
      refused = notTakable(answer.words);
    }
    return refused;
  }

  /** The facts about its boxes count again; that it had come is closed with the last of what was taken in charge of it. */
  async #close(tx: Tx, { key, facts: ids }: ForgottenArrival): Promise<void> {
    await rebuildForgottenAbout(tx, this.#rebuild, { ids });
    await closeArrived(tx, key);
  }
}

function waitingOf({ data, outcomes }: ForgottenArrival): string[] {
  return data.ricezione.map((box) => box.toLowerCase()).filter((box) => outcomes[box] === undefined);
}

/** As far as a fact says it: replies go to the sender, and receipts are whole. */
function messageOf({
  identificativo,
  msgid,
  mittente,
  destinatari,
  oggetto,
}: ForgottenArrival['data']): CertifiedMessage {
  return { identificativo, msgid, mittente, destinatari, risposte: mittente, oggetto, ricevuta: 'completa' };
}

function unknown(id: string): ArrivalRefusal {
  const words = {
    it: 'Nessun arrivo con questo identificativo attende una decisione.',
    en: 'No arrival of this id waits for a decision.',
  };
  return refuse('arrival/unknown', 'ARRIVAL-DECIDED', words, { id });
}

function notSpooled(): ArrivalRefusal {
  return refuse('arrival/not-spooled', 'ARRIVAL-DECIDED', {
    it: 'La busta non è tra i file del servizio: il gestore del mittente la può inviare di nuovo, o l’arrivo si abbandona.',
    en: 'The envelope is in no file of the service: the sender’s provider may send it again, or the arrival is given up.',
  });
}

/** @param why in the words of the incoming point */
function notTakable(why: Words): ArrivalRefusal {
  return refuse('arrival/not-takable', 'ARRIVAL-DECIDED', {
    it: `Il punto di ricezione non prende più la busta: ${why.it}`,
    en: `The incoming point does not take the envelope any more: ${why.en}`,
  });
}
