import { Injectable } from '@nestjs/common';
import { Approvals } from '@recapito/platform';
import type { ActInHand } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import { FollowLists } from '../lists/follow-lists.ts';
import type { AnyList } from '../lists/followed-list.ts';

/** Looks at a list when somebody asks for it. */
@Injectable()
export class RefreshList {
  constructor(
    private readonly lists: FollowLists,
    private readonly approvals: Approvals,
  ) {}

  /**
   * Looks at a source now. What two persons accept is the loss that this look has shown.
   * @param accepting who accepts a loss; null when nobody does
   * @returns the request for a second person; null when the list in force is what stands at the source; else why it is not
   * @throws Problem as `Approvals.take` does
   */
  async refresh(list: AnyList, accepting: ActInHand | null) {
    const refusal = await this.lists.look(list);
    if (accepting === null || refusal?.refused !== 'list/loss') return refusal;
    const { before, lost } = refusal.details ?? {};
    const state = JSON.stringify([list.state.readAt, before, lost]);
    const act = {
      act: 'accept-loss',
      command: { list: list.name, before, lost },
      stateOf: () => Promise.resolve(state),
    };
    const asked = await this.approvals.take(accepting, act, () => Promise.resolve(null));
    // Outside the transaction, for the source is asked once more.
    return asked === null || isRefusal(asked) ? await this.lists.look(list, true) : asked;
  }
}
