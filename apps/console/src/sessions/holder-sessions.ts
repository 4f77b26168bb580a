import { holderScopes } from '@recapito/platform';
import { z } from 'zod';
import type { RedisLink } from './redis-link.ts';
import { seal, unseal } from './sealed.ts';
import { newSecret, secretsOf } from './session-secrets.ts';

/** What identity has given a holder who signed in. */
const holderRecord = z.object({
  holder: z.string(),
  scope: z.enum(holderScopes),
  enrolment: z.string().nullable(),
  token: z.string(),
  /** Identity's session ends then; system milliseconds. */
  until: z.int(),
});

export type HolderSession = z.output<typeof holderRecord>;

/**
 * The sessions of holders at the portal, in Redis, each sealed by a key that only its cookie leads to. One lasts as long as
 * the session at identity that it stands for, and is never longer.
 * @rule PORTAL-SESSION
 */
export class HolderSessions {
  readonly #redis: RedisLink;
  readonly #prefix: string;

  constructor(redis: RedisLink, namespace: string) {
    this.#redis = redis;
    this.#prefix = `${namespace}console:holder:`;
  }

  /** Begins a session under a secret that nobody had before. @returns the secret, for the cookie */
  async begin(session: HolderSession): Promise<string> {
    const secret = newSecret();
    const sealed = await seal(session, secretsOf(secret).seal);
    const forMs = Math.max(1, session.until - Date.now());
    await this.#redis.ask((redis) => redis.set(this.#at(secret), sealed, 'PX', forMs));
    return secret;
  }

  /** The session of a cookie; null when it is over. */
  async find(secret: string): Promise<HolderSession | null> {
    const sealed = await this.#redis.ask((redis) => redis.get(this.#at(secret)));
    const session = await unseal(sealed, secretsOf(secret).seal, holderRecord);
    return session === null || session.until <= Date.now() ? null : session;
  }

  async end(secret: string): Promise<void> {
    await this.#redis.ask((redis) => redis.del(this.#at(secret)));
  }

  #at(secret: string): string {
    return `${this.#prefix}${secretsOf(secret).place}`;
  }
}
