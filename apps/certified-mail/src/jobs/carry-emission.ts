import { Injectable } from '@nestjs/common';
import { Database, SuiteClock } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import { attachedOriginal, seal } from '@recapito/rfc6109';
import { MailParts } from '../application/mail-parts.ts';
import { recordCarriage } from '../application/record-carriage.ts';
import { originalOf, systemMessage } from '../domain/emission.ts';
import { Lmtp } from '../dovecot/lmtp.ts';
import { HandOver } from '../hand-over/hand-over.ts';
import { spooledArrival } from '../persistence/arrival.store.ts';
import type { DueEmission } from '../persistence/emission.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { spooledSubmission } from '../persistence/submission.store.ts';

/** Makes an emission and brings it where it goes: to a box of its own provider, or to another provider. */
@Injectable()
export class CarryEmission {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly parts: MailParts,
    private readonly lmtp: Lmtp,
    private readonly handOver: HandOver,
  ) {}

  /** @throws InfrastructureFailure when it has to be tried again. */
  async carry(emission: DueEmission): Promise<void> {
    const { installation } = this.parts;
    const provider = installation.own(emission.provider);
    const original = await this.#original(emission);
    const message = systemMessage(emission, emission.message, provider, original);
    const bytes = await seal(message, installation.signerOf(provider));
    const turnedAway = await this.#bring(emission, message.reversePath, bytes);
    const at = this.clock.now();
    await this.database.transaction((tx) => recordCarriage(tx, this.parts, { emission, turnedAway, at }));
  }

  /** Null when it has arrived, otherwise why it never will. */
  async #bring({ towards, forwardPath }: DueEmission, reversePath: string, bytes: Buffer): Promise<string | null> {
    if (towards !== null) {
      const received = await this.handOver.handOver({ towards, reversePath, forwardPath, bytes });
      return isRefusal(received) ? received.refused : null;
    }
    const [recipient] = forwardPath;
    if (recipient === undefined) throw new Error('a receipt has nobody to go to');
    const stored = await this.lmtp.deliver({ reversePath, recipient, bytes });
    return stored.stored ? null : stored.code;
  }

  async #original(emission: DueEmission): Promise<Buffer | null> {
    const { spool } = this.parts;
    const { client } = this.database;
    switch (originalOf(emission)) {
      case null:
        return null;
      case 'submission': {
        const { identificativo } = emission.message;
        return await spool.read(identificativo, kept(await spooledSubmission(client, identificativo)));
      }
      case 'arrival': {
        const id = kept(emission.arrivalId);
        return attachedOriginal(await spool.read(id, kept(await spooledArrival(client, id))));
      }
    }
  }
}

function kept<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('the original of an emission that is due is not kept');
  return value;
}
