import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { citizenSessionSeconds, holderScopes, isSessionOver, verifySigned } from '@recapito/platform';
import type { Caller, HolderScope, KeyRing } from '@recapito/platform';

const issuer = 'identity';
const audience = 'portal';

const claims = z.object({
  sub: z.uuid(),
  jti: z.uuid(),
  iat: z.number(),
  scope: z.enum(holderScopes),
  service: z.string().min(1),
  enrolment: z.uuid().optional(),
  generation: z.int().min(1).optional(),
  openedBy: z.string().optional(),
});

/** What a session says of who opened it: a holder's id, what it is good for, at which service, with which generation. */
export interface Session {
  readonly id: string;
  readonly holder: string;
  readonly scope: HolderScope;
  /**
   * The service whose credential opened it: it opens the holder's box there, and no other.
   * @rule SESSION-SERVICE
   */
  readonly service: string;
  readonly enrolment: { readonly id: string; readonly generation: number } | null;
  /** The personal PIN that opened it, as a mark that tells nothing of it; left out where another credential did. */
  readonly openedBy?: string | undefined;
}

/** A holder behind a request. */
export interface CitizenCaller extends Caller {
  readonly kind: 'session';
  readonly session: Session;
}

/** The caller of a route whose permission only sessions hold. */
export function citizen(caller: Caller): CitizenCaller {
  if (caller.kind !== 'session' || !('session' in caller)) throw new Error('a route of citizens was granted to others');
  return caller as CitizenCaller;
}

const permissions: Readonly<Record<Session['scope'], readonly string[]>> = {
  'first-pin': ['change-pin', 'keep-own-sessions'],
  pin: ['change-pin', 'keep-own-sessions'],
  enrolment: ['follow-enrolment', 'change-password', 'keep-own-sessions'],
};

/**
 * The sessions of holders: JWT signed with an Ed25519 key that identity alone has and that signs nothing else, issuer
 * `identity`, good for fifteen minutes of the system clock, kept nowhere.
 * @rule SESSION-CITIZEN
 */
export class CitizenSessions {
  readonly #keys: KeyRing;
  readonly #seconds: () => number;

  constructor(keys: KeyRing, seconds: () => number = systemSeconds) {
    this.#keys = keys;
    this.#seconds = seconds;
  }

  /** @param openedAt when the secret was looked at for the last time, in seconds of the system clock. */
  async issue(
    { holder, scope, service, enrolment, openedBy }: Omit<Session, 'id'>,
    openedAt = this.#seconds(),
  ): Promise<string> {
    const opened = enrolment === null ? {} : { enrolment: enrolment.id, generation: enrolment.generation };
    const { kid, key } = this.#keys.signing('citizen-sessions');
    return await new SignJWT({ scope, service, ...opened, ...(openedBy !== undefined && { openedBy }) })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(holder)
      .setJti(randomUUID())
      .setIssuedAt(openedAt)
      .setExpirationTime(Math.floor(openedAt) + citizenSessionSeconds)
      .sign(key);
  }

  /**
   * The holder that a token proves; undefined when it is none of ours, or over.
   * @param endedMs when the sessions of a holder, this one among them, were last ended, in system milliseconds.
   * @rule ABUSE-SESSIONS-END
   */
  async verify(
    token: string,
    endedMs: (holder: string, session: string) => Promise<number | undefined>,
  ): Promise<CitizenCaller | undefined> {
    const rules = { purpose: 'citizen-sessions', issuer, audience, claims, now: this.#seconds() } as const;
    const proven = await verifySigned(this.#keys, token, rules);
    if (proven?.owner !== issuer) return undefined;
    const { sub: holder, jti: id, iat, scope, service, enrolment, generation, openedBy } = proven.claims;
    if (isSessionOver(iat, await endedMs(holder, id))) return undefined;
    const opened = enrolment === undefined || generation === undefined ? null : { id: enrolment, generation };
    const session = { id, holder, scope, service, enrolment: opened, ...(openedBy !== undefined && { openedBy }) };
    return { kind: 'session', name: holder, permissions: permissions[scope], session };
  }
}

function systemSeconds(): number {
  return Date.now() / 1000;
}
