import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { movePlanned } from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { openEnrolment } from '../application/open-enrolment.ts';
import { IdentityParts } from '../http/identity-parts.ts';
import type { Tx } from '../persistence/tx.ts';

/** What identity hears from migration. */
@Controller()
export class MigrationMoves {
  constructor(
    private readonly clock: SuiteClock,
    private readonly parts: IdentityParts,
  ) {}

  /** Somebody is to move: they are registered and may begin. */
  @OnEvent(movePlanned)
  async planned(
    @Payload() fact: Fact<DataOf<typeof movePlanned>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<Refusal | undefined> {
    const { newestKey } = this.parts.access.secrets;
    const opened = await openEnrolment(tx, { ...fact.data, at: this.clock.now() }, newestKey);
    return isRefusal(opened) ? opened : undefined;
  }
}
