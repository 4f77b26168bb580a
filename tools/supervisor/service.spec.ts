import { describe, expect, test } from '@jest/globals';
import { backoffMs } from './backoff.ts';
import { layers, type ServiceDefinition } from './service.ts';

function service(name: string, ...after: string[]): ServiceDefinition {
  return { name, entry: 'main.ts', port: 4000, management: 4100, environment: {}, after };
}

const names = (found: ServiceDefinition[][]): string[][] => found.map((layer) => layer.map(({ name }) => name));

describe('the order of services', () => {
  test('one that stands on others starts after all of them, and those that do not start together', () => {
    const suite = [
      service('door', 'letters', 'names'),
      service('letters', 'names'),
      service('names'),
      service('trace'),
    ];
    expect(names(layers(suite))).toEqual([['names', 'trace'], ['letters'], ['door']]);
  });

  test('a circle is refused and its members are named', () => {
    const suite = [service('hen', 'egg'), service('egg', 'hen'), service('farm')];
    expect(() => layers(suite)).toThrow('these wait for each other: hen, egg');
  });

  test('waiting for a service that is not there is refused', () => {
    expect(() => layers([service('letters', 'names')])).toThrow('letters waits for names, which is not among');
  });
});

describe('the time before a service is started again', () => {
  test('doubles with each death in a row, up to ten seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 50].map(backoffMs)).toEqual([
      100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000,
    ]);
  });
});
