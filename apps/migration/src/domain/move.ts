import { after } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';

/**
 * What migration has heard about one move, from itself and from others, each with its own instant. It is a set: a fact
 * heard twice is heard once, and the order in which facts come does not matter.
 */
export interface MoveFacts {
  readonly planned: Instant;
  /** identity opened the six steps; the generation rises when an operator has the password made anew. */
  readonly enrolled?: { readonly enrolment: string; readonly generation: number; readonly until: Instant };
  /** mailbox kept an address, or could not. */
  readonly reserved?: { readonly address: string };
  readonly unaddressable?: { readonly refusal: Refusal };
  /** The highest generation for which the announcement was asked. */
  readonly announcementAsked?: { readonly generation: number };
  /** The announcement lies in the old box: evidence, never a gate. */
  readonly announced?: Instant;
  readonly confirmed?: { readonly at: Instant };
  readonly switchAsked?: { readonly dueAt: Instant };
  readonly switched?: { readonly at: Instant };
  readonly voided?: Instant;
  /** The outcome, once it was stated. */
  readonly ended?: 'completed' | 'lapsed' | 'refused';
}

/** What migration has to state next. */
export type NextStep =
  | {
      readonly step: 'ask-announcement';
      readonly enrolment: string;
      readonly generation: number;
      /** The bound that the announcement names, as identity keeps it. */
      readonly until: Instant;
      readonly to: string;
    }
  | { readonly step: 'ask-switch'; readonly confirmedAt: Instant; readonly dueAt: Instant }
  | { readonly step: 'complete'; readonly confirmedAt: Instant; readonly completedAt: Instant; readonly late: boolean }
  | { readonly step: 'lapse' }
  | { readonly step: 'refuse'; readonly refusal: Refusal };

/** The new box is there within twenty-four hours of the confirmation, elapsed time. */
export const switchTerm = 24 * 60 * 60 * 1000;

/**
 * The next thing to state, or null when there is none. Called again after each statement, until it says null.
 * It never looks at who spoke first: every order of the same facts ends in the same statements.
 */
export function nextStep(facts: MoveFacts): NextStep | null {
  if (facts.ended !== undefined) return null;
  if (facts.unaddressable) return { step: 'refuse', refusal: facts.unaddressable.refusal };
  if (facts.confirmed) return afterConfirmation(facts, facts.confirmed.at);
  // Who has not confirmed when identity records the bound lets the move lapse; that is no fault. @rule INPS-MOVE-LAPSE
  if (facts.voided !== undefined) return { step: 'lapse' };
  if (facts.enrolled && facts.reserved && (facts.announcementAsked?.generation ?? 0) < facts.enrolled.generation)
    return { step: 'ask-announcement', ...facts.enrolled, to: facts.reserved.address };
  return null;
}

function afterConfirmation(facts: MoveFacts, confirmedAt: Instant): NextStep | null {
  const dueAt = after(confirmedAt, switchTerm); // @rule INPS-MOVE-24H
  if (facts.switched)
    return { step: 'complete', confirmedAt, completedAt: facts.switched.at, late: facts.switched.at > dueAt };
  if (!facts.switchAsked) return { step: 'ask-switch', confirmedAt, dueAt };
  return null;
}
