import type { KeyObject } from 'node:crypto';
import { isSessionOver } from '@recapito/platform';
import type { Caller, VerifyToken } from '@recapito/platform';
import { jwtVerify } from 'jose';
import { z } from 'zod';

/** A holder who signed in at identity, and by which credential: it says which of the holder's boxes is open. */
export interface CitizenCaller extends Caller {
  readonly kind: 'session';
  readonly scope: 'pin' | 'enrolment';
}

const claims = z.object({ sub: z.uuid(), iat: z.int(), scope: z.enum(['pin', 'enrolment']) });

/** The session behind a caller, or undefined when it is a service. */
export function citizenOf(caller: Caller): CitizenCaller | undefined {
  return caller.kind === 'session' && 'scope' in caller ? (caller as CitizenCaller) : undefined;
}

/**
 * Believes the sessions that identity gave to holders: JWT of the suite's Ed25519 key, issuer `identity`, audience
 * `portal`. A first PIN that has not been changed opens nothing here, nor does a session that was there when a box of its
 * holder was held. // ABUSE-SESSIONS-END
 * @param lastHeld when that last happened, in system milliseconds; undefined when it never did.
 */
export function citizenSessions(
  suiteKey: KeyObject,
  lastHeld: (holder: string) => Promise<number | undefined>,
): VerifyToken {
  const rules = { issuer: 'identity', audience: 'portal', algorithms: ['EdDSA'] };
  return async (token) => {
    const verified = await jwtVerify(token, suiteKey, rules).catch(() => undefined);
    const read = claims.safeParse(verified?.payload);
    if (!read.success) return undefined;
    if (isSessionOver(read.data.iat, await lastHeld(read.data.sub))) return undefined;
    const caller: CitizenCaller = {
      kind: 'session',
      name: read.data.sub,
      scope: read.data.scope,
      permissions: ['submit-message'],
    };
    return caller;
  };
}
