import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { sendingHeld } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import { askOrderNotice } from '../application/ask-hold-notices.ts';
import type { Tx } from '../persistence/tx.ts';
import { Texts } from '../programme/texts.ts';

/** What certified-mail says on `certified-mail.holds.v1`. */
@Controller()
export class CertifiedMailHolds {
  constructor(
    private readonly clock: SuiteClock,
    private readonly texts: Texts,
  ) {}

  @OnEvent(sendingHeld)
  async held(
    @Payload() { data, time: heldAt }: Fact<DataOf<typeof sendingHeld>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    await askOrderNotice(tx, { ...data, heldAt }, this.texts.ofNoCampaign, this.clock.now());
  }
}
