import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { enrolmentConfirmed, enrolmentOpened, enrolmentReissued, enrolmentVoided } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import { followFact } from '../application/follow-fact.ts';
import { mergeFact } from '../domain/merge-fact.ts';
import type { Tx } from '../persistence/transaction.ts';

/** What identity says on `identity.holders.v1`. */
@Controller()
export class IdentityHolders {
  readonly #clock: SuiteClock;

  constructor(clock: SuiteClock) {
    this.#clock = clock;
  }

  @OnEvent(enrolmentOpened)
  async opened(
    @Payload() { data }: Fact<DataOf<typeof enrolmentOpened>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    const hear = mergeFact.enrolled(data.enrolment, data.generation, data.until);
    await followFact(tx, { move: data.move, hear }, this.#clock.now());
  }

  @OnEvent(enrolmentReissued)
  async reissued(
    @Payload() { data }: Fact<DataOf<typeof enrolmentReissued>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    const hear = mergeFact.enrolled(data.enrolment, data.generation, data.until);
    await followFact(tx, { move: data.move, hear }, this.#clock.now());
  }

  @OnEvent(enrolmentConfirmed)
  async confirmed(
    @Payload() { data }: Fact<DataOf<typeof enrolmentConfirmed>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    await followFact(tx, { move: data.move, hear: mergeFact.confirmed(data.confirmedAt) }, this.#clock.now());
  }

  @OnEvent(enrolmentVoided)
  async voided(
    @Payload() { data, time }: Fact<DataOf<typeof enrolmentVoided>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    await followFact(tx, { move: data.move, hear: mergeFact.voided(time) }, this.#clock.now());
  }
}
