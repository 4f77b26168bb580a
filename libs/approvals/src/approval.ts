import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';

/** How long a request waits for its second person, in milliseconds of the system clock. */
export const approvalLastsMs = 24 * 3_600_000;

/** The two persons of an act: who asked for it, and who now approves it. */
export interface TwoPersons {
  /** Name of the first. */
  readonly asker: string;
  /** Name of the second. */
  readonly approver: string;
  /** Whether each may do the act at this moment. */
  readonly may: { readonly asker: boolean; readonly approver: boolean };
}

export type PersonsRefusal = Refusal<'approval/same-person' | 'approval/person-gone'>;

/**
 * Whether these two persons may do an act together.
 * Refusals: `approval/same-person`, `approval/person-gone` (one of them may no longer do it).
 * @rule APPROVAL-TWO-PERSONS
 */
export function judgePersons({ asker, approver, may }: TwoPersons): PersonsRefusal | null {
  if (asker === approver)
    return refuse('approval/same-person', 'APPROVAL-TWO-PERSONS', {
      it: 'Chi ha chiesto non può approvare: serve una seconda persona.',
      en: 'Who has asked cannot approve: a second person has to.',
    });
  if (may.asker && may.approver) return null;
  const gone = may.asker ? approver : asker;
  return refuse('approval/person-gone', 'APPROVAL-TWO-PERSONS', {
    it: `${gone} non è più tra le persone autorizzate: la richiesta va ritirata e rifatta.`,
    en: `${gone} is no longer permitted to do this: withdraw the request and make it anew.`,
  });
}

/** What the first person has asked for. */
export interface AskedApproval {
  readonly by: string;
  /** By `fingerprintOf`. */
  readonly fingerprint: string;
  /** In which state the thing was that the act is about. */
  readonly state: string;
  /** From this instant of the system clock on nobody may approve it. */
  readonly until: Instant;
  readonly isUsed: boolean;
}

/** What the second person does about it. */
export interface GivenApproval {
  readonly approver: string;
  readonly may: TwoPersons['may'];
  /** Of the act that is to be done now. */
  readonly fingerprint: string;
  readonly state: string;
  /** System clock. */
  readonly at: Instant;
}

export type ApprovalRefusal =
  | PersonsRefusal
  | Refusal<
      | 'approval/asked-already'
      | 'approval/unknown'
      | 'approval/used'
      | 'approval/expired'
      | 'approval/another-act'
      | 'approval/outdated'
    >;

/**
 * Whether an approval lets an act be done, once.
 * Refusals: `approval/unknown`, `approval/used`, `approval/expired`, `approval/another-act` (it was asked for other words),
 * `approval/outdated` (the thing has changed since), and those of `judgePersons`.
 * @rule APPROVAL-TWO-PERSONS APPROVAL-ONCE
 */
export function judgeApproval(asked: AskedApproval | undefined, given: GivenApproval): ApprovalRefusal | null {
  if (asked === undefined)
    return refuse('approval/unknown', 'APPROVAL-ONCE', {
      it: 'Nessuno ha chiesto questa approvazione, o la richiesta è stata ritirata.',
      en: 'Nobody has asked for this approval, or the request was withdrawn.',
    });
  if (asked.isUsed)
    return refuse('approval/used', 'APPROVAL-ONCE', {
      it: 'Questa approvazione è già stata usata.',
      en: 'This approval has been used already.',
    });
  if (given.at >= asked.until)
    return refuse('approval/expired', 'APPROVAL-ONCE', {
      it: 'La richiesta è scaduta: va rifatta.',
      en: 'The request has expired: make it anew.',
    });
  if (given.fingerprint !== asked.fingerprint)
    return refuse('approval/another-act', 'APPROVAL-ONCE', {
      it: 'L’approvazione è stata chiesta per un atto diverso da questo.',
      en: 'The approval was asked for another act than this one.',
    });
  if (given.state !== asked.state)
    return refuse('approval/outdated', 'APPROVAL-ONCE', {
      it: 'Da quando l’approvazione è stata chiesta la situazione è cambiata: la richiesta va rifatta.',
      en: 'Things have changed since the approval was asked for: make the request anew.',
    });
  return judgePersons({ asker: asked.by, approver: given.approver, may: given.may });
}
