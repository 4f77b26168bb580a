import { isRefusal } from '@recapito/primitives';
import { z } from 'zod';
import type { Breakers } from '../calls/breakers.ts';
import type { AnyServiceConfig } from '../config.ts';
import type { ServiceCaller } from '../calls/service-caller.ts';
import type { Operators } from './operators.ts';

/** How long identity may take to say what an operator may do. */
const patienceMs = 2_000;

const answered = z.object({ permissions: z.array(z.string()) });

/** By what it is found what an operator may do now. */
export interface OperatorPermissionsParts {
  readonly operators: Operators;
  readonly caller: ServiceCaller;
  readonly breakers: Breakers;
  /** The service at which it is to be done. */
  readonly service: string;
  /** Where identity is; undefined where operators have no accounts. */
  readonly identityUrl: string | undefined;
  /** Finds it in the service itself, in the place of asking identity. */
  readonly lookUp?: ((name: string) => Promise<readonly string[]>) | undefined;
}

/**
 * What operators may do at this moment: those with a token by the register, those with an account by asking identity. For acts
 * of two persons: the first may have lost the right before the second comes.
 * @rule OPERATOR-MAY-STILL
 */
export class OperatorPermissions {
  readonly #operators: Operators;
  readonly #ask: ((name: string) => Promise<readonly string[]>) | undefined;

  constructor({ operators, caller, breakers, service, identityUrl, lookUp }: OperatorPermissionsParts) {
    this.#operators = operators;
    this.#ask =
      lookUp !== undefined || identityUrl === undefined
        ? lookUp
        : breakers.breaker(
            'identity',
            async (signal, name: string) => {
              const { href } = new URL(`/operators/${encodeURIComponent(name)}/permissions/${service}`, identityUrl);
              const call = { audience: 'identity', answer: answered, timeoutMs: patienceMs, signal };
              const answer = await caller.call(href, call);
              return isRefusal(answer) ? [] : answer.permissions;
            },
            { timeoutMs: patienceMs },
          );
  }

  /** @throws Unavailable when identity has to be asked and does not answer */
  async may(name: string, permission: string): Promise<boolean> {
    if (this.#operators.permissionsOf(name).includes(permission)) return true;
    return (await this.#ask?.(name))?.includes(permission) ?? false;
  }
}

/** Where a service asks identity, by its settings: where it reads the issuer’s keys. Undefined where operators have no accounts. */
export function identityAddress({ oidcIssuer, oidcKeysUrl }: AnyServiceConfig): string | undefined {
  if (oidcIssuer === undefined) return undefined;
  return (oidcKeysUrl?.replace(/\/jwks$/, '') ?? oidcIssuer).replace(/\/oidc$/, '');
}
