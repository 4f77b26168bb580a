import { expect, test } from '@jest/globals';
import { lackingIn } from './service.ts';

// @rule REHEARSAL-SETTINGS
test('in production nobody drives the console', () => {
  expect(lackingIn({ rehearsalUrl: undefined })).toEqual([]);
  const [line, ...others] = lackingIn({ rehearsalUrl: 'https://conduttore.example/run' });
  expect(line).toMatch(/^RECAPITO_REHEARSAL_URL: /);
  expect(others).toEqual([]);
});
