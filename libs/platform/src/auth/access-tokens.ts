import { decodeProtectedHeader, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Caller } from './caller.ts';
import { isNameOfAnother } from './operator-names.ts';
import type { FindProviderKey } from './provider-keys.ts';

/** The `typ` of an access token (RFC 9068). */
const type = 'at+jwt';

const claims = z.object({
  sub: z.uuid(),
  preferred_username: z.string().min(1),
  permissions: z.array(z.string()),
  /** The session under which the token was issued. */
  sid: z.string().optional(),
});

export interface AccessTokenRules {
  /** The service that takes them. */
  readonly service: string;
  readonly issuer: string;
  readonly find: FindProviderKey;
  /** What an operator may be permitted here at all. */
  readonly grantable: readonly string[];
  /** Milliseconds of the system clock. */
  readonly nowMs?: () => number;
}

/** The services for which the provider issues tokens. */
export const tokenAudiences = [
  'identity',
  'mailbox',
  'certified-mail',
  'migration',
  'notification',
  'audit-log',
] as const;

/** The name of a service among the audiences of tokens (RFC 8707). */
export function audienceOf(service: string): string {
  return `urn:recapito:${service}`;
}

/**
 * The access tokens with which operators come: JWT (RFC 9068) of the OpenID provider, good for one service and some minutes
 * of the system clock, which say what their owner may do there.
 * @rule OIDC-AUDIENCE ACCESS-TOKEN-KEYS
 */
export class AccessTokens {
  readonly #rules: AccessTokenRules;

  constructor(rules: AccessTokenRules) {
    this.#rules = rules;
  }

  /** The operator whom a token proves to us; undefined when it proves nobody. */
  async verify(token: string): Promise<Caller | undefined> {
    const kid = keyIdOf(token);
    if (kid === undefined) return undefined;
    const { service, issuer, find, grantable, nowMs = Date.now } = this.#rules;
    const key = await find(kid);
    if (key === undefined) return undefined;
    const rules = { issuer, audience: audienceOf(service), algorithms: ['ES256'], typ: type };
    const verified = await jwtVerify(token, key, { ...rules, currentDate: new Date(nowMs()) }).catch(() => undefined);
    const read = claims.safeParse(verified?.payload);
    // An account that was made before such names were refused. @rule OPERATOR-NAME
    if (!read.success || isNameOfAnother(read.data.preferred_username)) return undefined;
    const { preferred_username: name, sid } = read.data;
    const permissions = read.data.permissions.filter((each) => grantable.includes(each));
    return { kind: 'operator', name, permissions, ...(sid !== undefined && { signedInWith: sid }) };
  }
}

/** The key id in the header of an access token, not believed yet; undefined when it is none. */
function keyIdOf(token: string): string | undefined {
  try {
    const { kid, typ } = decodeProtectedHeader(token);
    return typ === type ? kid : undefined;
  } catch {
    return undefined;
  }
}
