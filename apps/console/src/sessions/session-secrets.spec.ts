import { describe, expect, test } from '@jest/globals';
import { isSame, newSecret, secretsOf } from './session-secrets.ts';

describe('the secret of a session', () => {
  test('has 256 bits and is never the same twice', () => {
    const made = Array.from({ length: 100 }, newSecret);
    expect(new Set(made).size).toBe(100);
    expect(Buffer.from(made[0] ?? '', 'base64url')).toHaveLength(32);
  });

  test('gives the same place, token and key each time, and three different ones', () => {
    const { place, csrf, seal } = secretsOf('a');
    expect(secretsOf('a')).toEqual({ place, csrf, seal });
    expect(new Set([place, csrf, Buffer.from(seal).toString('base64url'), secretsOf('b').place]).size).toBe(4);
  });
});

test('two secrets are the same only when every letter is', () => {
  expect([isSame('abc', 'abc'), isSame('abc', 'abd'), isSame('abc', 'ab'), isSame('', '')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
