import type { Authorities } from './authorities.ts';
import type { FollowedList } from './followed-list.ts';
import type { IndexInForce } from './index-in-force.ts';
import type { PaIndex } from './pa-index.ts';

/** The lists that others keep, as they are in force; each look may change them. */
export interface InstallationLists {
  /** Whose certificates are believed, with their revocation lists. */
  readonly authorities: Authorities;
  readonly providerIndex: FollowedList<IndexInForce>;
  /** Followed when a file of the index of public bodies is configured; the programme's own list never changes. */
  readonly paIndex: FollowedList<PaIndex> | { readonly current: PaIndex };
}
