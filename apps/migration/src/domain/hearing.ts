import type { Instant, Refusal } from '@recapito/primitives';
import type { MoveFacts } from './move.ts';

type Hearing = (facts: MoveFacts) => MoveFacts;

/** How each fact of others enters the set. Every one may be heard again, and late ones of an earlier generation. */
export const hearing = {
  enrolled:
    (enrolment: string, generation: number, until: Instant): Hearing =>
    (facts) =>
      (facts.enrolled?.generation ?? 0) >= generation
        ? facts
        : { ...facts, enrolled: { enrolment, generation, until } },
  reserved:
    (address: string): Hearing =>
    (facts) => ({ ...facts, reserved: { address } }),
  unaddressable:
    (refusal: Refusal): Hearing =>
    (facts) => ({ ...facts, unaddressable: { refusal } }),
  announced:
    (at: Instant): Hearing =>
    (facts) =>
      facts.announced === undefined ? { ...facts, announced: at } : facts,
  confirmed:
    (at: Instant): Hearing =>
    (facts) => ({ ...facts, confirmed: { at } }),
  switched:
    (at: Instant): Hearing =>
    (facts) => ({ ...facts, switched: { at } }),
  voided:
    (at: Instant): Hearing =>
    (facts) => ({ ...facts, voided: at }),
} as const;
