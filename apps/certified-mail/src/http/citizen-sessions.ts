import { citizenSessionSeconds, isSessionOver, verifySigned } from '@recapito/platform';
import type { Caller, KeyRing, VerifyToken } from '@recapito/platform';
import { z } from 'zod';

/** A holder who signed in at identity, and at which service: the holder's box there is open, and no other. */
export interface CitizenCaller extends Caller {
  readonly kind: 'session';
  readonly service: string;
}

const claims = z.object({
  sub: z.uuid(),
  jti: z.uuid(),
  iat: z.number(),
  exp: z.int(),
  scope: z.enum(['pin', 'enrolment']),
  service: z.string().min(1),
});

/** The session behind a caller, or undefined when it is a service. */
export function citizenOf(caller: Caller): CitizenCaller | undefined {
  return caller.kind === 'session' && 'service' in caller ? (caller as CitizenCaller) : undefined;
}

/**
 * Believes the sessions that identity gave to holders: JWT of the Ed25519 key that signs sessions and is identity's alone,
 * issuer `identity`, audience `portal`. A first PIN that has not been changed opens nothing here, nor does a session
 * opened before a box of its holder was held or identity ended the sessions of its holder, this one among them, nor one that would last longer
 * than that is remembered.
 * @param endedMs when that last happened, in system milliseconds; undefined when it never did.
 * @rule ABUSE-SESSIONS-END CITIZEN-SESSION-ENDED SESSION-SERVICE
 */
export function citizenSessions(
  keys: KeyRing,
  endedMs: (holder: string, session: string) => Promise<number | undefined>,
): VerifyToken {
  const rules = { purpose: 'citizen-sessions', issuer: 'identity', audience: 'portal', claims } as const;
  return async (token) => {
    const proven = await verifySigned(keys, token, rules);
    if (proven?.owner !== rules.issuer) return undefined;
    const { sub: holder, jti: session, iat, exp, service } = proven.claims;
    if (exp - iat > citizenSessionSeconds || isSessionOver(iat, await endedMs(holder, session))) return undefined;
    const caller: CitizenCaller = { kind: 'session', name: holder, service, permissions: ['submit-message'] };
    return caller;
  };
}
