import { expect, test } from '@jest/globals';
import { languageOf } from './words.ts';

test.each([
  [{ LANG: 'en_GB.UTF-8' }, 'en'],
  [{ LANG: 'it_IT.UTF-8' }, 'it'],
  [{ LANG: 'C.UTF-8' }, 'it'],
  [{}, 'it'],
  [{ LANG: 'en_GB.UTF-8', LC_ALL: 'it_IT.UTF-8' }, 'it'],
  [{ LANG: 'it_IT.UTF-8', LC_ALL: '', LC_MESSAGES: 'en_US.UTF-8' }, 'en'],
] as const)('the terminal of %j is spoken to in %s', (environment, language) => {
  expect(languageOf(environment)).toBe(language);
});
