import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { addressRefused, addressReserved, switched } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import { followFact } from '../application/follow-fact.ts';
import { mergeFact } from '../domain/merge-fact.ts';
import type { Tx } from '../persistence/transaction.ts';

/** What mailbox says on `mailbox.mailboxes.v1`. */
@Controller()
export class MailboxMailboxes {
  readonly #clock: SuiteClock;

  constructor(clock: SuiteClock) {
    this.#clock = clock;
  }

  @OnEvent(addressReserved)
  async reserved(
    @Payload() { data }: Fact<DataOf<typeof addressReserved>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    await followFact(tx, { move: data.move, hear: mergeFact.reserved(data.address) }, this.#clock.now());
  }

  @OnEvent(addressRefused)
  async refused(
    @Payload() { data }: Fact<DataOf<typeof addressRefused>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    await followFact(tx, { move: data.move, hear: mergeFact.unaddressable(data.refusal) }, this.#clock.now());
  }

  @OnEvent(switched)
  async switched(@Payload() { data }: Fact<DataOf<typeof switched>>, @Ctx() { tx }: FactContext<Tx>): Promise<void> {
    await followFact(tx, { move: data.move, hear: mergeFact.switched(data.switchedAt) }, this.#clock.now());
  }
}
