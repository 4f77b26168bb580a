import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServiceConfig } from '../config.ts';
import type { VerifyToken } from './caller.ts';
import { hasSecret, readSecret } from './key-files.ts';
import type { Grants } from './permission.ts';

const file = 'operator.token';

/**
 * The operator of a rehearsal: whoever can read the token file that the bootstrap made. // AUTH-OPERATOR-TOKEN
 * @throws Error in production when such a file lies among the secrets, and when others than its owner may read it.
 */
export function operatorTokens(config: ServiceConfig, grants: Grants): VerifyToken | undefined {
  if (!hasSecret(config.secrets, file)) return undefined;
  if (config.mode === 'production')
    throw new Error(`${file} opens a rehearsal to whoever holds it; production does not start while it is there`);
  const expected = digest(readSecret(config.secrets, file));
  const permissions = grants['operator'] ?? [];
  return (token) =>
    Promise.resolve(
      timingSafeEqual(digest(token), expected) ? { kind: 'operator', name: 'operator', permissions } : undefined,
    );
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
