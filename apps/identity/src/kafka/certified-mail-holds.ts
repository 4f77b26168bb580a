import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { sendingHeld } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import type { Refusal } from '@recapito/primitives';
import { endSessionsOfHolder } from '../application/end-sessions.ts';
import type { Tx } from '../persistence/tx.ts';

/** What identity hears from certified-mail. */
@Controller()
export class CertifiedMailHolds {
  constructor(private readonly clock: SuiteClock) {}

  /** A box is held for abuse: whoever has signed in as its holder may not be its holder. */
  @OnEvent(sendingHeld)
  async held(
    @Payload() { data, time }: Fact<DataOf<typeof sendingHeld>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<Refusal | void> {
    const { holder, hold, box } = data;
    return await endSessionsOfHolder(tx, { holder, hold, box, heldAt: time, at: this.clock.now() });
  }
}
