import { Injectable } from '@nestjs/common';
import { Database } from '@recapito/database';
import { SuiteClock } from '@recapito/platform';
import { addressedAs, anomalyEnvelope, receiptFormFor, seal } from '@recapito/rfc6109';
import { MailFigures } from '../mail-figures.ts';
import { Steps } from '../steps.ts';
import { SpooledOriginals } from '../../files/spooled-originals.ts';
import { Installation } from '../../programme/installation.ts';
import { recordLostArrival } from './record-lost-original.ts';
import { recordPlacement } from './record-placement.ts';
import { Lmtp } from '../../dovecot/lmtp.ts';
import { LostFile } from '../../files/spool.ts';
import { endPlaced } from '../../persistence/arrival.store.ts';
import type { DuePlacement } from '../../persistence/arrival.store.ts';
import type { PrismaClient } from '../../persistence/generated/client.ts';
import { BatchWriter } from './batch-writer.ts';

/** The delivery point: puts what an incoming point took into the box it is for. */
@Injectable()
export class PlaceArrival {
  readonly #placed = new BatchWriter<bigint>((ids) => endPlaced(this.database.client, ids));

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly installation: Installation,
    private readonly originals: SpooledOriginals,
    private readonly steps: Steps,
    private readonly lmtp: Lmtp,
    private readonly figures: MailFigures,
  ) {}

  /** @throws InfrastructureFailure when it has to be tried again. */
  async place(placement: DuePlacement): Promise<void> {
    const { arrival, address, storeId, message } = placement;
    const spooled = await this.originals.read(arrival.id, arrival.spoolSha256);
    if (spooled instanceof LostFile) return await this.#recordLost(placement, spooled);
    const bytes = arrival.kind === 'anomaly' ? await this.#enclosed(placement, spooled) : spooled;
    const parcel = { reversePath: arrival.reversePath, recipient: address, storeId, bytes };
    const stored = await this.figures.delivery('mail-store', () => this.lmtp.deliver(parcel));
    await this.steps.reached('stored');
    const form = arrival.kind === 'envelope' ? receiptFormFor(message.ricevuta, addressedAs(bytes, address)) : null;
    // The delivery of a receipt gets no receipt.
    if (form === null && stored.stored) return await this.#placed.add(placement.id);
    const at = this.clock.now();
    await this.database.transaction((tx) => recordPlacement(tx, this.installation, { placement, stored, form, at }));
  }

  async #recordLost(placement: DuePlacement, { loss }: LostFile): Promise<void> {
    const at = this.clock.now();
    await this.database.transaction((tx) => recordLostArrival(tx, this.installation, { placement, loss, at }));
  }

  /** The anomaly envelope of a box: the same bytes however often it is made. */
  async #enclosed({ arrival, address }: DuePlacement, incoming: Buffer): Promise<Buffer> {
    const { installation } = this;
    const provider = installation.own(arrival.provider);
    const by = { provider, messageId: arrival.identificativo, at: arrival.at };
    const { reversePath, onBehalfOf, reason } = arrival;
    const dialog = { reversePath, forwardPath: [address], sender: onBehalfOf ?? '', reason: reason ?? '' };
    const envelope = anomalyEnvelope(incoming, by, dialog);
    return await this.figures.signing(() => seal(envelope, installation.signerOf(provider)));
  }
}
