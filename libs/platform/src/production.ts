import type { KeyRing } from './auth/key-ring.ts';
import { rehearsalToken } from './auth/operators.ts';
import { hasSecret } from './auth/key-files.ts';
import type { ServiceConfig } from './config.ts';

/**
 * What production lacks here, or has and may not have: one line each, all of them at once. A service adds its own by the
 * checks of its parts.
 */
function lacking(config: ServiceConfig, keys: KeyRing): string[] {
  const { kafkaUser, kafkaProtectedBy, secrets } = config;
  const foreign = keys.foreignFiles();
  return [
    // AUTH-OWN-KEY
    foreign.length > 0 &&
      `the folder of secrets holds the keys of other services, which only they may have: ${foreign.join(', ')}`,
    // AUTH-OPERATOR-TOKEN
    hasSecret(secrets, rehearsalToken) &&
      `${rehearsalToken} opens a rehearsal to whoever holds it; production does not start while it is there`,
    // KAFKA-PRODUCTION
    kafkaUser === undefined &&
      kafkaProtectedBy === undefined &&
      'RECAPITO_KAFKA_USER: whoever reaches a broker that asks nobody for a password moves every box; RECAPITO_KAFKA_PROTECTED_BY=mesh says that something else asks',
  ].filter((line) => line !== false);
}

/** @throws Error in production that names everything it lacks */
export function checkProduction(config: ServiceConfig, keys: KeyRing): void {
  const lines = config.mode === 'production' ? lacking(config, keys) : [];
  if (lines.length > 0)
    throw new Error(`production does not start like this:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
