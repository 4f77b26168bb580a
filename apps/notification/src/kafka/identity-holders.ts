import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { pinIssued } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import { askPinHalves } from '../application/ask-pin-halves.ts';
import type { Tx } from '../persistence/tx.ts';
import { Texts } from '../programme/texts.ts';

/** What identity says on `identity.holders.v1`. */
@Controller()
export class IdentityHolders {
  readonly #clock: SuiteClock;
  readonly #texts: Texts;

  constructor(clock: SuiteClock, texts: Texts) {
    this.#clock = clock;
    this.#texts = texts;
  }

  @OnEvent(pinIssued)
  async pinIssued(@Payload() { data }: Fact<DataOf<typeof pinIssued>>, @Ctx() { tx }: FactContext<Tx>): Promise<void> {
    await askPinHalves(tx, data, this.#texts.ofNoCampaign, this.#clock.now());
  }
}
