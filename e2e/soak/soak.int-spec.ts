import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { services } from '../../tools/suite/definitions.ts';
import { soak } from './soak.ts';
import type { SoakReport } from './soak.ts';

let report: SoakReport;

/** As long as `npm test` can bear: what a soak finds in an hour, `npm run test:soak` looks for. */
beforeAll(async () => {
  report = await soak({
    seconds: 30,
    warmUpSeconds: 16,
    rate: 2,
    killEverySeconds: 4,
    lookEverySeconds: 4,
    people: 6,
    seed: 1,
    says: () => undefined,
  });
}, 300_000);

afterAll(() => report?.end(false), 60_000);

test('two processes of every service with letters in hand lose and double nothing while others are killed', () => {
  expect(report.killed.length).toBeGreaterThan(1);
  expect(report.letters).toBeGreaterThan(report.rate * 15);
  expect(report.differences).toEqual([]);
});

test('the heap after collection and the handles of one process of each are looked at', () => {
  expect(Object.keys(report.memory)).toEqual(services.map((name) => `${name}-second`));
  for (const { looks } of Object.values(report.memory)) {
    expect(looks.length).toBeGreaterThan(0);
    for (const { heap, handles } of looks) {
      expect(heap).toBeGreaterThan(10_000_000);
      expect(handles).toBeGreaterThan(10);
    }
  }
});
