import { decide, verbs } from '@recapito/capability';
import type { Denial, MailboxState, PartyClass, Verb } from '@recapito/capability';
import { isRefusal } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { Tx } from '../persistence/tx.ts';
import type { ArmedCalendars } from './armed-calendars.ts';
import { boxToJudge } from './box-to-judge.ts';

export interface CapabilityQuestion {
  readonly address: string;
  /** All of them when left out. */
  readonly verb?: Verb | undefined;
  /** Who is at the other end, where the circuit is to be judged too. */
  readonly party?: PartyClass | undefined;
  readonly at: Instant;
}

/** May this be done with this box, and if not, why not. */
export interface Capability {
  readonly verb: Verb;
  readonly allowed: boolean;
  readonly refusal: Denial | null;
}

export interface CapabilityAnswer {
  readonly address: string;
  readonly service: string;
  readonly state: MailboxState;
  /** The instant that was judged. */
  readonly at: Instant;
  readonly calendarVersion: number;
  readonly capabilities: readonly Capability[];
}

/**
 * What a box may do at an instant, by the calendar in force and its own state. When it last sent is certified-mail's
 * knowledge, so `receive-receipt` is answered as for a box that never did. Refusal: `mailbox/unknown`, also for the boxes
 * of providers and bodies, which follow no calendar.
 * @throws Unavailable when it is not known, after a restore, how the holder's boxes stand.
 */
export async function answerCapability(
  reads: Tx,
  calendars: ArmedCalendars,
  { address, verb, party, at }: CapabilityQuestion,
): Promise<CapabilityAnswer | Refusal<'mailbox/unknown'>> {
  const mailbox = await boxToJudge(reads, address);
  if (isRefusal(mailbox)) return mailbox;
  const { calendar, version } = calendars.of(mailbox.service);
  const asked = verb === undefined ? verbs : [verb];
  const capabilities = asked.map((each) => {
    const answer = decide({
      calendar,
      mailboxState: mailbox.state,
      verb: each,
      at,
      ...(party !== undefined && { party }),
    });
    return { verb: each, allowed: !isRefusal(answer), refusal: isRefusal(answer) ? answer : null };
  });
  const { service, state } = mailbox;
  return { address: mailbox.address, service, state, at, calendarVersion: version, capabilities };
}
