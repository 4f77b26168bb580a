import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { sessionsEnded } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import { askHolderNotice } from '../application/ask-hold-notices.ts';
import type { Tx } from '../persistence/tx.ts';
import { Texts } from '../programme/texts.ts';

/** What identity says on `identity.accesses.v1`. */
@Controller()
export class IdentityAccesses {
  constructor(
    private readonly clock: SuiteClock,
    private readonly texts: Texts,
  ) {}

  /** A box of a holder is held: that is why their sessions were ended. */
  @OnEvent(sessionsEnded)
  async ended(@Payload() { data }: Fact<DataOf<typeof sessionsEnded>>, @Ctx() { tx }: FactContext<Tx>): Promise<void> {
    await askHolderNotice(tx, data, this.texts.ofNoCampaign, this.clock.now());
  }
}
