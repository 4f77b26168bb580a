import { describe, expect, test } from '@jest/globals';
import { isAskedService, isPassedOn } from './passed-on.ts';

const id = '0198a000-0000-7000-8000-000000000001';

// @rule CONSOLE-PASSED-ON
describe('a request of a page is passed on', () => {
  test.each([
    ['GET', '/holders'],
    ['GET', `/holders/${id}/overview`],
    ['DELETE', `/holders/${id}/block`],
    ['POST', `/enrolments/${id}/reissues`],
    ['GET', '/campaigns/inps-2010/blocks'],
  ])('to the door %s %s of identity', (method, path) => expect(isPassedOn('identity', method, path)).toBe(true));

  test.each([
    ['POST', `/holders/${id}`],
    ['GET', '/operators'],
    ['GET', `/enrolments/${id}/first-access-password`],
    ['GET', '/holders/'],
    ['GET', '/holders/../overview'],
    ['GET', '/holders/%2e%2e/overview'],
    ['GET', '/holders/a%2fb/overview'],
    ['GET', `/holders/${id}/`],
    ['GET', `//holders/${id}`],
    ['GET', `/campaigns/../holders/blocks`],
  ])('never as %s %s', (method, path) => expect(isPassedOn('identity', method, path)).toBe(false));

  test('to services of the suite alone', () => {
    expect([isAskedService('identity'), isAskedService('toString'), isAskedService('redis')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
