import type { HolderSessions } from './holder-sessions.ts';
import type { RedisLink } from './redis-link.ts';
import type { SessionStore } from './session-store.ts';

/** Where the sessions of people lie. */
export interface KeptSessions {
  readonly redis: RedisLink;
  readonly sessions: SessionStore;
  readonly holders: HolderSessions;
}
