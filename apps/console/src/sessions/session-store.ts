import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Unavailable } from '@recapito/platform';
import { z } from 'zod';
import type { RedisLink } from './redis-link.ts';
import { seal, unseal } from './sealed.ts';
import { newSecret, secretsOf } from './session-secrets.ts';

/** Who has signed in. It is written once and never changed. */
const sessionRecord = z.object({
  operator: z.object({ id: z.string(), name: z.string(), fullName: z.string(), roles: z.array(z.string()) }),
  /** The session ends then, whoever works in it; system milliseconds. */
  until: z.int(),
});

export type Session = z.output<typeof sessionRecord>;

/** What the provider has given for a session: a token for each service that was asked for, and the one that brings more. */
const tokensRecord = z.object({
  refresh: z.string(),
  access: z.record(z.string(), z.object({ token: z.string(), until: z.int() })),
});

export type Tokens = z.output<typeof tokensRecord>;

/** A sign-in that was begun: what the provider's answer is checked by, and where the person wanted to go. */
const attemptRecord = z.object({ to: z.string(), checks: z.record(z.string(), z.union([z.string(), z.number()])) });

export type Attempt = z.output<typeof attemptRecord>;

export interface SessionLifetimes {
  /** Nobody asks for anything for as long: the session is over. */
  readonly idleMs: number;
  /** After this it is over in any case. */
  readonly longestMs: number;
}

/** How long a sign-in may take. */
export const attemptMs = 15 * 60_000;

/** Whoever holds the session for longer has died. */
const heldMs = 15_000;
const againMs = 25;

/** Lets go of a session only while it is still ours. */
const letGo = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end`;

/**
 * The sessions of people, in Redis, each sealed by a key that only its cookie leads to: who reads Redis can use nothing. Who
 * signed in is written once; tokens are changed by one process at a time.
 * @rule CONSOLE-SESSION-SEALED CONSOLE-SESSION-ENDS
 */
export class SessionStore {
  readonly #redis: RedisLink;
  readonly #prefix: string;
  readonly #lifetimes: SessionLifetimes;

  constructor(redis: RedisLink, namespace: string, lifetimes: SessionLifetimes) {
    this.#redis = redis;
    this.#prefix = `${namespace}console:`;
    this.#lifetimes = lifetimes;
  }

  /** Begins a session under a secret that nobody had before. @returns the secret, for the cookie */
  async begin(operator: Session['operator'], tokens: Tokens): Promise<string> {
    const { idleMs, longestMs } = this.#lifetimes;
    const secret = newSecret();
    const { seal: key } = secretsOf(secret);
    const record = await seal({ operator, until: Date.now() + longestMs } satisfies Session, key);
    const sealed = await seal(tokens, key);
    await this.#redis.ask(async (redis) => {
      await redis.set(this.#at(secret, 'tokens'), sealed, 'PX', longestMs);
      await redis.set(this.#at(secret, 'session'), record, 'PX', idleMs);
    });
    return secret;
  }

  /** The session of a cookie, which goes on for the idle time; null when it is over. */
  async find(secret: string): Promise<Session | null> {
    const sealed = await this.#redis.ask((redis) =>
      redis.getex(this.#at(secret, 'session'), 'PX', this.#lifetimes.idleMs),
    );
    const session = await unseal(sealed, secretsOf(secret).seal, sessionRecord);
    return session === null || session.until <= Date.now() ? null : session;
  }

  async end(secret: string): Promise<void> {
    await this.#redis.ask((redis) => redis.del(this.#at(secret, 'session'), this.#at(secret, 'tokens')));
  }

  async tokens(secret: string): Promise<Tokens | null> {
    const sealed = await this.#redis.ask((redis) => redis.get(this.#at(secret, 'tokens')));
    return await unseal(sealed, secretsOf(secret).seal, tokensRecord);
  }

  /** Keeps other tokens; a session that has ended meanwhile stays ended. */
  async keepTokens(secret: string, tokens: Tokens): Promise<void> {
    const sealed = await seal(tokens, secretsOf(secret).seal);
    await this.#redis.ask((redis) => redis.set(this.#at(secret, 'tokens'), sealed, 'KEEPTTL', 'XX'));
  }

  /** Does work on a session while nobody else does, in whichever process. @throws Unavailable when that lasts too long */
  async alone<Result>(secret: string, work: () => Promise<Result>): Promise<Result> {
    const [lock, holder] = [this.#at(secret, 'lock'), randomUUID()];
    const giveUpAt = Date.now() + heldMs;
    while ((await this.#redis.ask((redis) => redis.set(lock, holder, 'PX', heldMs, 'NX'))) === null) {
      if (Date.now() > giveUpAt) throw new Unavailable('redis', 'the session is held by somebody else');
      await pause(againMs);
    }
    try {
      return await work();
    } finally {
      await this.#redis.ask((redis) => redis.eval(letGo, 1, lock, holder));
    }
  }

  /** Keeps a sign-in that a browser has begun, by the secret of its cookie and the state that the provider will send back. */
  async keepAttempt(browser: string, state: string, attempt: Attempt): Promise<void> {
    const secret = `${browser} ${state}`;
    const sealed = await seal(attempt, secretsOf(secret).seal);
    await this.#redis.ask((redis) => redis.set(this.#at(secret, 'attempt'), sealed, 'PX', attemptMs));
  }

  /** Takes a sign-in out: it is good for one answer. Null when this browser has begun none with that state. */
  async takeAttempt(browser: string, state: string): Promise<Attempt | null> {
    const secret = `${browser} ${state}`;
    const sealed = await this.#redis.ask((redis) => redis.getdel(this.#at(secret, 'attempt')));
    return await unseal(sealed, secretsOf(secret).seal, attemptRecord);
  }

  #at(secret: string, what: 'session' | 'tokens' | 'lock' | 'attempt'): string {
    return `${this.#prefix}${what}:${secretsOf(secret).place}`;
  }
}
