import { lineOfTime, verbs } from '@recapito/capability';
import type { Denial, MailboxState, Phase, Verb } from '@recapito/capability';
import { isRefusal } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { Tx } from '../persistence/tx.ts';
import type { ArmedCalendars } from './armed-calendars.ts';
import { boxToJudge } from './box-to-judge.ts';

/** A time in which a verb is allowed, or refused for one reason; half-open, null where it has no end on that side. */
export interface JudgedTime {
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly allowed: boolean;
  readonly refusal: Denial | null;
}

export interface BoxLineOfTime {
  readonly address: string;
  readonly service: string;
  /** The state that the box has today, by which all times are judged. */
  readonly state: MailboxState;
  readonly calendarVersion: number;
  readonly phases: readonly Phase[];
  readonly verbs: readonly { readonly verb: Verb; readonly times: readonly JudgedTime[] }[];
}

/**
 * What a box may do at every time, by the calendar in force and the state of today. `receive-receipt` is answered as for a
 * box that has never sent. Refusal: `mailbox/unknown`, also for the boxes of providers and bodies.
 * @throws Unavailable when it is not known, after a restore, how the holder's boxes stand.
 */
export async function boxLineOfTime(
  reads: Tx,
  calendars: ArmedCalendars,
  address: string,
): Promise<BoxLineOfTime | Refusal<'mailbox/unknown'>> {
  const mailbox = await boxToJudge(reads, address);
  if (isRefusal(mailbox)) return mailbox;
  const { calendar, version } = calendars.of(mailbox.service);
  const { service, state } = mailbox;
  return {
    address: mailbox.address,
    service,
    state,
    calendarVersion: version,
    phases: calendar.phases,
    verbs: verbs.map((verb) => ({
      verb,
      times: lineOfTime(calendar, state, verb).map(({ from, until, answer }) => ({
        from,
        until,
        allowed: !isRefusal(answer),
        refusal: isRefusal(answer) ? answer : null,
      })),
    })),
  };
}
