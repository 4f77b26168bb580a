import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { addressReserved, switched } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import { learnAddress } from '../application/learn-address.ts';
import { recordSwitch } from '../application/record-switch.ts';
import type { Tx } from '../persistence/tx.ts';

/** What identity hears from mailbox. */
@Controller()
export class MailboxMailboxes {
  constructor(private readonly clock: SuiteClock) {}

  /** The new address is the user id of the announcement. */
  @OnEvent(addressReserved)
  async reserved(
    @Payload() { data }: Fact<DataOf<typeof addressReserved>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    const { address, holder, service } = data;
    await learnAddress(tx, { address, holder, service, at: this.clock.now() });
  }

  /** The new box is open. */
  @OnEvent(switched)
  async switched(@Payload() { data }: Fact<DataOf<typeof switched>>, @Ctx() { tx }: FactContext<Tx>): Promise<void> {
    await recordSwitch(tx, { move: data.move, to: data.to, at: data.switchedAt });
  }
}
