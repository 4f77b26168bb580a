import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Caller } from './caller.ts';
import type { KeyRing } from './key-ring.ts';
import type { Grants } from './permission.ts';
import { verifySigned } from './signed-tokens.ts';

const issuer = 'recapito';

/** What operators are granted stands under this name, which no service has. */
const operators = 'operator';

/** How long a service's token is good for, in seconds. */
const tokenSeconds = 60;

/** Clocks of two machines may differ by so much; a token from further in the future is nobody's. */
const skewSeconds = 5;

const claims = z.object({ sub: z.string().min(1), iat: z.number().int(), exp: z.number().int() });

/**
 * The tokens that services show each other: JWT signed with the service's own Ed25519 key, which its header names, good for
 * one audience and 60 seconds of the system clock. A service speaks for itself alone: `sub` is the owner of the key, so no
 * service proves that it is another, an operator or a citizen.
 * @rule AUTH-SERVICE-TOKEN AUTH-OWN-KEY
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
    const rules = { purpose: 'service', issuer, audience: this.#service, claims, now } as const;
    const proven = await verifySigned(this.#keys, token, rules);
    if (proven === undefined) return undefined;
    const { sub, iat, exp } = proven.claims;
    if (sub !== proven.owner || sub === operators || exp - iat > tokenSeconds || iat > now + skewSeconds)
      return undefined;
    return { kind: 'service', name: sub, permissions: grants[sub] ?? [] };
  }
}

function systemSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
