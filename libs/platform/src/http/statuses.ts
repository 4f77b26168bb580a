import type { Refusal } from '@recapito/primitives';

/** What operators of every service may be refused by the doors that the platform gives it. */
export type OwnRefusal = Refusal<
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
    case 'dead-letter/unknown':
    case 'forgotten-fact/unknown':
    case 'republish/not-own-topic':
      return 404;
    case 'dead-letter/too-old':
    case 'partition/not-stopped':
    case 'restore/nothing-to-decide':
      return 409;
  }
}
