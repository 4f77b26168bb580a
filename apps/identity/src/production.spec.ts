import { expect, test } from '@jest/globals';
import { lackingIn } from './production.ts';

const whole = { oidcIssuer: 'https://identita.example/oidc', argon2MemoryKib: 19_456, argon2Passes: 2 };

// @rule REHEARSAL-SETTINGS
test('production has hashes of nineteen mebibytes and two passes at least, and a public address', () => {
  expect(lackingIn(whole)).toEqual([]);
  expect(lackingIn({ ...whole, argon2MemoryKib: 65_536, argon2Passes: 3 })).toEqual([]);
  const cheap = lackingIn({ oidcIssuer: undefined, argon2MemoryKib: 19_455, argon2Passes: 1 });
  expect(cheap.map((line) => line.split(':')[0])).toEqual([
    'RECAPITO_OIDC_ISSUER',
    'RECAPITO_ARGON2_MEMORY_KIB',
    'RECAPITO_ARGON2_PASSES',
  ]);
});
