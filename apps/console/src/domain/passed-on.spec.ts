import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isAskedService, isPassedOn, passedOn } from './passed-on.ts';

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

  test.each(Object.entries(passedOn))('to doors alone that the document of %s has', (service, doors) => {
    const document = new URL(`../../../../docs/api/${service}.json`, import.meta.url);
    const { paths } = JSON.parse(readFileSync(document, 'utf8')) as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, ':')}`),
    );
    expect(doors.map((door) => door.replaceAll(/:\w+/g, ':')).filter((door) => !documented.includes(door))).toEqual([]);
  });

  test('to services of the suite alone', () => {
    expect([isAskedService('identity'), isAskedService('toString'), isAskedService('redis')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
