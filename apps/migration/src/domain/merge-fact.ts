import type { Instant, Refusal } from '@recapito/primitives';
import type { MoveFacts } from './move.ts';

type Merge = (facts: MoveFacts) => MoveFacts;

/** Merges a fact of another service into the set. Idempotent; a late fact of an earlier generation changes nothing. */
export const mergeFact = {
  enrolled:
    (enrolment: string, generation: number, until: Instant): Merge =>
    (facts) =>
      (facts.enrolled?.generation ?? 0) >= generation
        ? facts
        : { ...facts, enrolled: { enrolment, generation, until } },
  reserved:
    (address: string): Merge =>
    (facts) => ({ ...facts, reserved: { address } }),
  unaddressable:
    (refusal: Refusal): Merge =>
    (facts) => ({ ...facts, unaddressable: { refusal } }),
  announced:
    (at: Instant): Merge =>
    (facts) =>
      facts.announced === undefined ? { ...facts, announced: at } : facts,
  confirmed:
    (at: Instant): Merge =>
    (facts) => ({ ...facts, confirmed: { at } }),
  switched:
    (at: Instant): Merge =>
    (facts) => ({ ...facts, switched: { at } }),
  voided:
    (at: Instant): Merge =>
    (facts) => ({ ...facts, voided: at }),
} as const;
