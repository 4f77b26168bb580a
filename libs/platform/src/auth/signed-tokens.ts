import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { z } from 'zod';
import type { KeyPurpose, KeyRing } from './key-ring.ts';

/** What a token must be to prove something. */
export interface TokenRules<Claims> {
  /** What its key was made for. */
  readonly purpose: KeyPurpose;
  readonly issuer: string;
  readonly audience: string;
  /** The shape of what it says. */
  readonly claims: z.ZodType<Claims>;
  /** Seconds since the epoch by which it is judged; the system clock's when left out. */
  readonly now?: number;
}

/** What a token says, and the service whose key has signed it. */
export interface ProvenClaims<Claims> {
  readonly claims: Claims;
  readonly owner: string;
}

/**
 * Verifies a JWT against the public half that its header names: an EdDSA signature of a key of this purpose, the issuer,
 * the audience, the times and the shape. Undefined when one of them is not so.
 * @rule AUTH-OWN-KEY AUTH-KEY-RETIRED
 */
export async function verifySigned<Claims>(
  keys: KeyRing,
  token: string,
  { purpose, issuer, audience, claims, now }: TokenRules<Claims>,
): Promise<ProvenClaims<Claims> | undefined> {
  const signer = keys.verifying(keyIdOf(token), purpose);
  if (signer === undefined) return undefined;
  const times = now === undefined ? {} : { currentDate: new Date(now * 1000) };
  const rules = { issuer, audience, algorithms: ['EdDSA'], ...times };
  const verified = await jwtVerify(token, signer.key, rules).catch(() => undefined);
  const read = claims.safeParse(verified?.payload);
  return read.success ? { claims: read.data, owner: signer.owner } : undefined;
}

/** The key id in the header of a token, not believed yet; undefined when it is no token. */
function keyIdOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}
