import { isSessionOver, keyIdOf } from '@recapito/platform';
import type { Caller, KeyRing, VerifyToken } from '@recapito/platform';
import { jwtVerify } from 'jose';
import { z } from 'zod';

/** A holder who signed in at identity, and at which service: the holder's box there is open, and no other. */
export interface CitizenCaller extends Caller {
  readonly kind: 'session';
  readonly service: string;
}

const claims = z.object({
  sub: z.uuid(),
  iat: z.int(),
  scope: z.enum(['pin', 'enrolment']),
  service: z.string().min(1),
});

/** The session behind a caller, or undefined when it is a service. */
export function citizenOf(caller: Caller): CitizenCaller | undefined {
  return caller.kind === 'session' && 'service' in caller ? (caller as CitizenCaller) : undefined;
}

/**
 * Believes the sessions that identity gave to holders: JWT of the Ed25519 key that signs sessions and is identity's alone,
 * issuer `identity`, audience `portal`. A first PIN that has not been changed opens nothing here, nor does a session that was there when a box of its
 * holder was held. // ABUSE-SESSIONS-END SESSION-SERVICE
 * @param lastHeld when that last happened, in system milliseconds; undefined when it never did.
 */
export function citizenSessions(keys: KeyRing, lastHeld: (holder: string) => Promise<number | undefined>): VerifyToken {
  const rules = { issuer: 'identity', audience: 'portal', algorithms: ['EdDSA'] };
  return async (token) => {
    const signer = keys.verifying(keyIdOf(token), 'citizen-sessions');
    if (signer?.owner !== rules.issuer) return undefined;
    const verified = await jwtVerify(token, signer.key, rules).catch(() => undefined);
    const read = claims.safeParse(verified?.payload);
    if (!read.success) return undefined;
    if (isSessionOver(read.data.iat, await lastHeld(read.data.sub))) return undefined;
    const caller: CitizenCaller = {
      kind: 'session',
      name: read.data.sub,
      service: read.data.service,
      permissions: ['submit-message'],
    };
    return caller;
  };
}
