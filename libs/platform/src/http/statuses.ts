import type { ApprovalRefusal } from '@recapito/approvals';
import type { Refusal } from '@recapito/primitives';

/** What operators of every service may be refused by the doors that the platform gives it. */
export type OwnRefusal =
  | ApprovalRefusal
  | Refusal<
      | 'approval/needed'
      | 'dead-letter/unknown'
      | 'dead-letter/too-old'
      | 'forgotten-fact/unknown'
      | 'partition/not-stopped'
      | 'republish/not-own-topic'
      | 'restore/nothing-to-decide'
    >;

/** The HTTP status of each of them. */
export function statusOf(code: OwnRefusal['refused']): number {
  switch (code) {
    case 'approval/unknown':
    case 'dead-letter/unknown':
    case 'forgotten-fact/unknown':
    case 'republish/not-own-topic':
      return 404;
    case 'approval/same-person':
    case 'approval/needed':
      return 403;
    case 'approval/person-gone':
    case 'approval/asked-already':
    case 'approval/used':
    case 'approval/expired':
    case 'approval/another-act':
    case 'approval/outdated':
    case 'dead-letter/too-old':
    case 'partition/not-stopped':
    case 'restore/nothing-to-decide':
      return 409;
  }
}
