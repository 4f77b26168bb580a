import type { KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Caller } from './caller.ts';
import type { Grants } from './permission.ts';

const issuer = 'recapito';

/** How long a service's token is good for, in seconds. */
export const tokenSeconds = 60;

/** Clocks of two machines may differ by so much; a token from further in the future is nobody's. */
const skewSeconds = 5;

const claims = z.object({ sub: z.string().min(1), iat: z.number().int(), exp: z.number().int() });

/**
 * The tokens that services show each other: JWT signed with the suite's Ed25519 key, good for one audience and
 * 60 seconds of the system clock. // AUTH-SERVICE-TOKEN
 */
export class ServiceTokens {
  readonly #service: string;
  readonly #keys: { sign: KeyObject; verify: KeyObject };
  readonly #seconds: () => number;

  constructor(service: string, keys: { sign: KeyObject; verify: KeyObject }, seconds = systemSeconds) {
    this.#service = service;
    this.#keys = keys;
    this.#seconds = seconds;
  }

  /** A token by which this service proves itself to `audience` (a service's name). */
  async issue(audience: string): Promise<string> {
    const now = this.#seconds();
    return await new SignJWT()
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .setIssuer(issuer)
      .setSubject(this.#service)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + tokenSeconds)
      .sign(this.#keys.sign);
  }

  /** The service that a token proves to us, with what it is granted here; undefined when it proves nothing. */
  async verify(token: string, grants: Grants): Promise<Caller | undefined> {
    const now = this.#seconds();
    const rules = { issuer, audience: this.#service, algorithms: ['EdDSA'], currentDate: new Date(now * 1000) };
    const verified = await jwtVerify(token, this.#keys.verify, rules).catch(() => undefined);
    const read = claims.safeParse(verified?.payload);
    if (!read.success) return undefined;
    const { sub, iat, exp } = read.data;
    if (exp - iat > tokenSeconds || iat > now + skewSeconds) return undefined;
    return { kind: 'service', name: sub, permissions: grants[sub] ?? [] };
  }
}

function systemSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
