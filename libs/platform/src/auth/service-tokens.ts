import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Caller } from './caller.ts';
import type { KeyRing } from './key-ring.ts';
import type { Grants } from './permission.ts';

const issuer = 'recapito';

/** What operators are granted stands under this name, which no service has. */
const operators = 'operator';

/** How long a service's token is good for, in seconds. */
export const tokenSeconds = 60;

/** Clocks of two machines may differ by so much; a token from further in the future is nobody's. */
const skewSeconds = 5;

const claims = z.object({ sub: z.string().min(1), iat: z.number().int(), exp: z.number().int() });

/**
 * The tokens that services show each other: JWT signed with the service's own Ed25519 key, which its header names, good for
 * one audience and 60 seconds of the system clock. A service speaks for itself alone: `sub` is the owner of the key, so no
 * service proves that it is another, an operator or a citizen. // AUTH-SERVICE-TOKEN AUTH-OWN-KEY
 */
export class ServiceTokens {
  readonly #service: string;
  readonly #keys: KeyRing;
  readonly #seconds: () => number;

  constructor(service: string, keys: KeyRing, seconds = systemSeconds) {
    this.#service = service;
    this.#keys = keys;
    this.#seconds = seconds;
  }

  /** A token by which this service proves itself to `audience` (a service's name). */
  async issue(audience: string): Promise<string> {
    const now = this.#seconds();
    const { kid, key } = this.#keys.signing('service');
    return await new SignJWT()
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid })
      .setIssuer(issuer)
      .setSubject(this.#service)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + tokenSeconds)
      .sign(key);
  }

  /** The service that a token proves to us, with what it is granted here; undefined when it proves nothing. */
  async verify(token: string, grants: Grants): Promise<Caller | undefined> {
    const now = this.#seconds();
    const rules = { issuer, audience: this.#service, algorithms: ['EdDSA'], currentDate: new Date(now * 1000) };
    const signer = this.#keys.verifying(keyIdOf(token), 'service');
    if (signer === undefined) return undefined;
    const verified = await jwtVerify(token, signer.key, rules).catch(() => undefined);
    const read = claims.safeParse(verified?.payload);
    if (!read.success) return undefined;
    const { sub, iat, exp } = read.data;
    if (sub !== signer.owner || sub === operators || exp - iat > tokenSeconds || iat > now + skewSeconds)
      return undefined;
    return { kind: 'service', name: sub, permissions: grants[sub] ?? [] };
  }
}

/** The key id in the header of a token, not believed yet; undefined when it is no token. */
export function keyIdOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}

function systemSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
