import { argon2Least } from './config.ts';
import type { IdentityConfig } from './config.ts';

/**
 * What production lacks by the settings of identity, one line each: it has to know by which addresses people reach it, and
 * hashes that specs can afford are no hashes.
 * @rule REHEARSAL-SETTINGS
 */
export function lackingIn(config: Pick<IdentityConfig, 'oidcIssuer' | 'argon2MemoryKib' | 'argon2Passes'>): string[] {
  const { oidcIssuer, argon2MemoryKib, argon2Passes } = config;
  const { memoryKib, passes } = argon2Least;
  return [
    oidcIssuer === undefined && 'RECAPITO_OIDC_ISSUER: the public address of identity and /oidc',
    argon2MemoryKib < memoryKib &&
      `RECAPITO_ARGON2_MEMORY_KIB: whoever steals hashes of less than ${memoryKib} KiB finds the passwords`,
    argon2Passes < passes &&
      `RECAPITO_ARGON2_PASSES: whoever steals hashes of less than ${passes} passes finds the passwords`,
  ].filter((line) => line !== false);
}
