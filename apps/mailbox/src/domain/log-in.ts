import { decide } from '@recapito/capability';
import type { CompiledCalendar, Denial, MailboxState } from '@recapito/capability';
import { formatRome, isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal, Words } from '@recapito/primitives';
import { accessLevel } from './access-rights.ts';
import type { AccessLevel } from './access-rights.ts';

/** What identity says of a name and a secret. */
export type PasswordCheck =
  | { readonly outcome: 'accepted' | 'temporary' }
  /** With a refusal when the secret was right and opens no box all the same (a first PIN, say). */
  | { readonly outcome: 'refused'; readonly refusal: Refusal | null }
  | { readonly outcome: 'blocked'; readonly until?: Instant | undefined };

/** Let in, with everything or to read. */
export interface Admitted {
  readonly outcome: 'admitted';
  readonly access: Exclude<AccessLevel, 'none'>;
}

/** Not let in. The reason is given for a right password only. */
export type NotAdmitted =
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'unavailable' };

/**
 * The refusal of the calendar while the service is closed to everybody; null while it is open. It is the same for every
 * name, so it is answered before the password is checked, and no hash is spent on it.
 * @rule GATE-CALENDAR-FIRST
 */
export function closedToAll(calendar: CompiledCalendar, at: Instant): Denial | null {
  const answer = decide({ calendar, mailboxState: 'active', verb: 'open-mailbox', at });
  return isRefusal(answer) ? answer : null;
}

/** The answer to a log-in whose password identity has looked at; the state is that of the box after the check. */
export function admission(
  calendar: CompiledCalendar,
  state: MailboxState,
  check: PasswordCheck,
  at: Instant,
): Admitted | NotAdmitted {
  if (check.outcome !== 'accepted') return admissionWithoutBox(calendar, check, at);
  const answer = decide({ calendar, mailboxState: state, verb: 'open-mailbox', at });
  if (isRefusal(answer)) return { outcome: 'refused', refusal: answer };
  return { outcome: 'admitted', access: accessLevel(calendar, state, at) === 'full' ? 'full' : 'read' };
}

/**
 * The same for a name that nobody has: the words are those of a known one, and no password is right.
 * @rule GATE-SAME-WORDS
 */
export function admissionWithoutBox(calendar: CompiledCalendar, check: PasswordCheck, at: Instant): NotAdmitted {
  switch (check.outcome) {
    case 'temporary':
      return { outcome: 'unavailable' };
    case 'refused':
      return check.refusal === null ? { outcome: 'wrong' } : { outcome: 'refused', refusal: check.refusal };
    case 'blocked':
      return { outcome: 'refused', refusal: blockedUntil(calendar, at, check.until) };
    case 'accepted':
      return { outcome: 'wrong' };
  }
}

/** The answer to a public body that is not let in; no calendar has words for its block. */
export function admissionOfBody(check: PasswordCheck): NotAdmitted {
  if (check.outcome === 'temporary') return { outcome: 'unavailable' };
  if (check.outcome === 'refused' && check.refusal !== null) return { outcome: 'refused', refusal: check.refusal };
  if (check.outcome !== 'blocked') return { outcome: 'wrong' };
  const until = check.until === undefined ? null : formatRome(check.until).slice(0, 16).replace('T', ' ');
  const refusal = refuse('mailbox/holder-blocked', 'HOLDER-BLOCKED', {
    it: `L’accesso alla casella è bloccato${until === null ? '' : ` fino al ${until} (ora di Roma)`}.`,
    en: `Access to the mailbox is blocked${until === null ? '' : ` until ${until} (time in Rome)`}.`,
  });
  return { outcome: 'refused', refusal };
}

/** The block as capability words it, and until when: the same for every name that is tried too often. */
function blockedUntil(calendar: CompiledCalendar, at: Instant, until: Instant | undefined): Refusal {
  const answer = decide({ calendar, mailboxState: 'active', verb: 'open-mailbox', at, holderBlocked: true });
  if (!isRefusal(answer)) throw new Error('a blocked holder was let in');
  if (until === undefined) return answer;
  const time = formatRome(until).slice(0, 16).replace('T', ' ');
  const words: Words = {
    it: `${answer.words.it} Il blocco termina il ${time} (ora di Roma).`,
    en: `${answer.words.en} The block ends at ${time} (time in Rome).`,
  };
  return { ...answer, words };
}
