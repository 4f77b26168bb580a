import type { MailboxState } from '@recapito/capability';
import { atRomeTime, addDays, dayOf, isRefusal } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { nextState } from './mailbox.ts';

/** When switches are executed: times of day in Rome, `hh:mm`, as providers run their provisioning. */
export interface ProvisioningPlan {
  readonly runsAt: readonly string[];
}

/**
 * The provisioning run that executes what is asked at this instant: the first that begins then or later.
 * @throws RangeError when the plan has no run.
 * @rule SWITCH-RUN
 */
export function runFor({ runsAt }: ProvisioningPlan, askedAt: Instant): Instant {
  const today = dayOf(askedAt);
  const coming = [today, addDays(today, 1)]
    .flatMap((day) => runsAt.map((time) => atRomeTime(day, time)))
    .filter((run) => run >= askedAt);
  const [first] = coming.toSorted((one, other) => one - other);
  if (first === undefined) throw new RangeError('a provisioning plan has at least one run a day');
  return first;
}

/** Both boxes of a move after the switch. */
export interface Switched {
  readonly source: MailboxState;
  readonly target: MailboxState;
}

/**
 * The switch of a move: in one instant the old box only reads and the new one is active, so that no instant has two
 * addresses that send.
 * Refusal: `mailbox/not-in-that-state` when either box is no longer where the reservation left it.
 * @rule MOVE-ONE-SENDER
 */
export function switchBoxes(
  source: MailboxState,
  target: MailboxState,
): Switched | Refusal<'mailbox/not-in-that-state'> {
  const stopped = nextState(source, 'limit-to-reading');
  if (isRefusal(stopped)) return stopped;
  const begun = nextState(target, 'activate');
  return isRefusal(begun) ? begun : { source: stopped, target: begun };
}

/** Whether both boxes of a move stand as its switch leaves them. */
export function isSwitched(source: MailboxState, target: MailboxState): boolean {
  return source === 'read-only' && target === 'active';
}
