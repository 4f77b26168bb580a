import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { refuse } from '@recapito/primitives';
import { z } from 'zod';
import { Permission } from '../auth/permission.ts';
import { Act, RecordsNothing } from '../auth/recording.ts';
import { SystemClock } from '../clock/system-clock.ts';
import { Database } from '@recapito/database';
import { answer } from '../http/answer.ts';
import { keyAfter, pageFrom, pageOf, type PageQuery, pageQuery } from '../http/page.ts';
import { statusOf } from '../http/statuses.ts';
import { removeApproval, waitingApprovals } from './approval.store.ts';
import { approvalView } from './approval-view.ts';
import { shownApproval } from './approvals.ts';

/** What operators of every service with a database hold. */
export const approvalPermissions = ['see-approvals', 'withdraw-approval'];

const id = z.uuid();

/** Acts that wait for a second person. Who approves one sends the act itself, with the id in the `Approval` header. */
@Controller('approvals')
export class ApprovalsController {
  readonly #clock = new SystemClock();

  constructor(private readonly database: Database) {}

  /** The requests that wait now. */
  @Get()
  @Permission('see-approvals')
  @RecordsNothing('which acts wait for a second person')
  @ApiResponse({ status: 200, standardSchema: pageOf(approvalView) })
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    const wanted = { after: keyAfter(query, id), at: this.#clock.now(), limit: query.limit + 1 };
    const rows = await waitingApprovals(this.database.client, wanted);
    return pageFrom(rows, query, (row) => row.id, shownApproval);
  }

  /** Takes a request back; a colleague of who asked may do so too. Refusal: `approval/unknown`, also once it was approved. */
  @Delete(':id')
  @HttpCode(204)
  @Permission('withdraw-approval')
  @Act()
  async withdraw(@Param('id', { schema: id }) approval: string): Promise<void> {
    const removed = await this.database.transaction((tx) => removeApproval(tx, approval));
    if (!removed) answer(unknownApproval(), statusOf);
  }
}

function unknownApproval() {
  return refuse('approval/unknown', 'APPROVAL-ONCE', {
    it: 'Nessuna richiesta con questo numero attende un’approvazione.',
    en: 'No request of this number waits for an approval.',
  });
}
