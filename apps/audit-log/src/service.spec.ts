import { expect, test } from '@jest/globals';
import { lackingIn } from './service.ts';

// @rule REHEARSAL-SETTINGS
test('in production the log has a name of its own', () => {
  expect(lackingIn({ traceOrigin: 'pec.example/trace' })).toEqual([]);
  expect(lackingIn({ traceOrigin: undefined })).toEqual([expect.stringMatching(/^RECAPITO_TRACE_ORIGIN: /)]);
});
