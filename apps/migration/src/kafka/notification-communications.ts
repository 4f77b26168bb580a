import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { communicationDelivered } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import { followFact } from '../application/follow-fact.ts';
import { mergeFact } from '../domain/merge-fact.ts';
import type { Tx } from '../persistence/transaction.ts';

/** What notification says on `notification.communications.v1`. */
@Controller()
export class NotificationCommunications {
  readonly #clock: SuiteClock;

  constructor(clock: SuiteClock) {
    this.#clock = clock;
  }

  @OnEvent(communicationDelivered)
  async delivered(
    @Payload() { data, time }: Fact<DataOf<typeof communicationDelivered>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    if (data.kind !== 'announcement' || data.move === null) return;
    await followFact(tx, { move: data.move, hear: mergeFact.announced(time) }, this.#clock.now());
  }
}
