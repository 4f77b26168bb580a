import { Injectable } from '@nestjs/common';
import { Database } from '@recapito/database';
import { SuiteClock, Unavailable } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import { attachedOriginal, seal } from '@recapito/rfc6109';
import { MailFigures } from '../mail-figures.ts';
import { Steps } from '../steps.ts';
import { SpooledOriginals } from '../../files/spooled-originals.ts';
import { Installation } from '../../programme/installation.ts';
import { recordCarriage } from './record-carriage.ts';
import { recordHandedOver } from './record-handed-over.ts';
import { recordLostOriginal } from './record-lost-original.ts';
import type { OriginalLoss } from './record-lost-original.ts';
import { ordinaryDomain } from '../../domain/ordinary-mail.ts';
import { originalOf, systemMessage } from '../../domain/emission.ts';
import { allRefusedFor, allRejectedAs, refusedFor, rejectionOf } from '../../domain/rejected-recipient.ts';
import type { RejectedRecipient } from '../../domain/rejected-recipient.ts';
import { Lmtp } from '../../dovecot/lmtp.ts';
import { LostFile } from '../../files/spool.ts';
import { ReceiveIncoming } from '../incoming/receive-incoming.ts';
import type { IncomingTransaction } from '../incoming/receive-incoming.ts';
import { endCarried, extendLease, narrowEmission } from '../../persistence/emission.store.ts';
import type { DueEmission } from '../../persistence/emission.store.ts';
import type { PrismaClient } from '../../persistence/generated/client.ts';
import { longestSendingMs, OutgoingSmtp } from '../../smtp/outgoing-smtp.ts';
import { BatchWriter } from './batch-writer.ts';

/** Makes an emission and brings it where it goes: to a box of its own provider, or to another provider. */
@Injectable()
export class CarryEmission {
  readonly #carried = new BatchWriter<bigint>((ids) => endCarried(this.database.client, ids));

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly installation: Installation,
    private readonly originals: SpooledOriginals,
    private readonly steps: Steps,
    private readonly lmtp: Lmtp,
    private readonly receiveIncoming: ReceiveIncoming,
    private readonly outgoing: OutgoingSmtp,
    private readonly figures: MailFigures,
  ) {}

  /** @throws InfrastructureFailure when it has to be tried again. */
  async carry(due: DueEmission): Promise<void> {
    const { installation } = this;
    const stays = due.giveUp === null ? tooLate(due) : allRefusedFor(due.forwardPath, due.giveUp);
    const emission = { ...due, forwardPath: due.forwardPath.filter((address) => !stays.has(address)) };
    if (emission.forwardPath.length === 0) return await this.#record(due, stays);
    const provider = installation.own(emission.provider);
    const original = await this.#original(emission);
    if (original instanceof LostFile) return await this.#carryWithout(emission, original.loss);
    const message = systemMessage(emission, emission.message, provider, original);
    const bytes = await this.figures.signing(() => seal(message, installation.signerOf(provider)));
    await this.steps.reached(`sealed ${emission.kind}`);
    const rejected = await this.#bring(emission, message.reversePath, bytes);
    await this.steps.reached(`brought ${emission.kind}`);
    await this.#record(emission, rejected);
    this.figures.countSent(emission.kind);
  }

  /**
   * Gives up the original that a delivery receipt is to carry, because the receipt could not be made with it so often.
   * Other emissions are left as they are.
   */
  async leaveOriginalOut(due: DueEmission): Promise<void> {
    if (due.kind === 'avvenuta-consegna' && originalOf(due) !== null) await this.#recordLost(due, 'unusable');
  }

  async #carryWithout(emission: DueEmission, loss: OriginalLoss): Promise<void> {
    await this.#recordLost(emission, loss);
    if (emission.kind === 'avvenuta-consegna') await this.carry({ ...emission, form: 'sintetica' });
  }

  async #recordLost(emission: DueEmission, loss: OriginalLoss): Promise<void> {
    const at = this.clock.now();
    await this.database.transaction((tx) => recordLostOriginal(tx, this.installation, { emission, loss, at }));
  }

  /** Ends what has arrived; records and notifies what has not. */
  async #record(emission: DueEmission, rejected: ReadonlyMap<string, RejectedRecipient>): Promise<void> {
    const isOrdinary = ordinaryDomain(emission.towards) !== null;
    if (rejected.size === 0 && !isOrdinary) return await this.#carried.add(emission.id);
    const at = this.clock.now();
    await this.database.transaction((tx) => recordCarriage(tx, this.installation, { emission, rejected, at }));
  }

  /** The addresses for which it has not arrived and never will, each with the reason. */
  async #bring(
    emission: DueEmission,
    reversePath: string,
    bytes: Buffer,
  ): Promise<ReadonlyMap<string, RejectedRecipient>> {
    const { towards, forwardPath } = emission;
    if (towards !== null && this.installation.providerNamed(towards) === undefined)
      return await this.#send(emission, { towards, reversePath, forwardPath, bytes });
    if (towards !== null) {
      const received = await this.receiveIncoming.receive({ towards, reversePath, forwardPath, bytes });
      return isRefusal(received) ? allRejectedAs(forwardPath, rejectionOf(received)) : new Map();
    }
    const [recipient] = forwardPath;
    if (recipient === undefined) throw new Error('a receipt has nobody to go to');
    const parcel = { reversePath, recipient, storeId: emission.storeId, bytes };
    const stored = await this.figures.delivery('mail-store', () => this.lmtp.deliver(parcel));
    return new Map(stored.stored ? [] : [[recipient, refusedFor(stored.code)]]);
  }

  /** Sends it to another provider; recipients that it took do not get it again when others are retried. */
  async #send(emission: DueEmission, mail: IncomingTransaction): Promise<ReadonlyMap<string, RejectedRecipient>> {
    await extendLease(this.database.client, emission.id, longestSendingMs);
    const isOrdinary = ordinaryDomain(mail.towards) !== null;
    const { refused, later } = await this.figures.delivery('provider', () => this.outgoing.send(mail));
    if (later.length === 0) return refused;
    const rest = [...later, ...refused.keys()];
    const taken = mail.forwardPath.filter((address) => !rest.includes(address));
    if (taken.length > 0) await this.#narrow(emission, rest, isOrdinary ? taken : []);
    throw new Unavailable(mail.towards, `${later.length} recipients are to be tried again`);
  }

  /** Leaves the rest to be tried again; ordinary recipients for whom it was taken have come to their end. */
  async #narrow(envelope: DueEmission, rest: readonly string[], addresses: readonly string[]): Promise<void> {
    const at = this.clock.now();
    await this.database.transaction(async (tx) => {
      await narrowEmission(tx, envelope.id, rest);
      if (addresses.length > 0) await recordHandedOver(tx, this.installation, { envelope, addresses, at });
    });
  }

  async #original(emission: DueEmission): Promise<Buffer | LostFile | null> {
    const { originals } = this;
    const { spooled, message, arrivalId } = emission;
    switch (originalOf(emission)) {
      case null:
        return null;
      case 'submission':
        return await originals.read(message.identificativo, spooled.submission);
      case 'arrival': {
        const arrived = await originals.read(arrivalId ?? '', spooled.arrival);
        return arrived instanceof LostFile ? arrived : attachedOriginal(arrived);
      }
    }
  }
}

/**
 * Recipients for whom an envelope leaves no more, because they have their outcome: their sender was notified that it has not
 * arrived, and it shall not arrive days later; or it has arrived, and the answer was lost.
 * @rule DEADLINE-ENDS-SENDING
 */
function tooLate({ forwardPath, ended }: DueEmission): ReadonlyMap<string, RejectedRecipient> {
  const addresses = forwardPath.filter((address) => ended.includes(address.toLowerCase()));
  return allRefusedFor(addresses, 'oltre il termine di consegna');
}
