import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { sendingHeld } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { addDismissal } from '../persistence/dismissal.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** What certified-mail says on `certified-mail.holds.v1`. */
@Controller()
export class CertifiedMailHolds {
  /** Ends the open sessions of the box; its rights do not change. */
  @OnEvent(sendingHeld)
  async held(
    @Payload() { data: { hold, box } }: Fact<DataOf<typeof sendingHeld>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    await addDismissal(tx, { id: hold, address: box });
  }
}
