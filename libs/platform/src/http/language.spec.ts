import { expect, test } from '@jest/globals';
import { preferredLanguage } from './language.ts';

test.each([
  [undefined, 'it'],
  ['', 'it'],
  ['en', 'en'],
  ['en-GB,en;q=0.9', 'en'],
  ['it-IT,it;q=0.9,en;q=0.8', 'it'],
  ['en;q=0.4, it;q=0.7', 'it'],
  ['de, en;q=0.3', 'en'],
  ['de, fr', 'it'],
  ['*', 'it'],
  ['it;q=0, en;q=0.1', 'en'],
  ['en;q=x', 'it'],
] as const)('Accept-Language "%s" is answered in %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});
