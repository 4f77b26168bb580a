import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PrismaClientLike } from '@recapito/database';
import type { HealthReport, ProblemDocument, RunningService } from '@recapito/platform';
import { breachesOfMetricConventions } from '../metric-conventions.ts';

/**
 * What every service promises to those who run it and to those who call it. An app's spec gives the way to start it, on
 * real servers and with the suite clock set: `healthSuite('identity', () => stage.started())`.
 */
export function healthSuite<Client extends PrismaClientLike>(
  name: string,
  started: () => Promise<RunningService<Client>>,
): void {
  describe(`${name}, as every service`, () => {
    let service: RunningService<Client>;
    const get = async (path: string, language = 'it') =>
      await fetch(`${service.url}${path}`, { headers: { 'accept-language': language } });
    const look = async (path: string) => await fetch(`${service.management}${path}`);

    beforeAll(async () => {
      service = await started();
      await service.ready;
    });

    afterAll(() => service.stop());

    test('is alive and ready, and says what it looked at and how long ago that was well', async () => {
      expect((await look('/health/live')).status).toBe(200);
      const response = await look('/health/ready');
      const report = (await response.json()) as HealthReport;
      expect(response.status).toBe(200);
      expect(report.checks.map((check) => check.name)).toEqual(expect.arrayContaining(['lifecycle', 'suite-clock']));
      for (const { state, ageMs } of report.checks) {
        expect(['ok', 'degraded', 'down']).toContain(state);
        expect(ageMs).toBeGreaterThanOrEqual(0);
      }
    });

    test('tells strangers no more than that it is alive and ready', async () => {
      expect(await (await get('/health/live')).json()).toEqual({ status: 'ok' });
      expect(await (await get('/health/ready')).json()).toEqual({ status: 'ok' });
      for (const path of ['/metrics', '/openapi.json']) expect((await get(path)).status).toBe(404);
    });

    test('names all its figures by the conventions of Prometheus, its own recapito_<what>_<unit>', async () => {
      const exposition = await (await look('/metrics')).text();
      expect(breachesOfMetricConventions(exposition)).toEqual([]);
      const figures = exposition.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      expect(figures.length).toBeGreaterThan(20);
      expect(figures.filter((line) => !/^(recapito|nodejs|process)_/.test(line))).toEqual([]);
    });

    test('describes its routes in OpenAPI 3.1', async () => {
      const document = (await (await look('/openapi.json')).json()) as { openapi: string; paths: object };
      expect(document.openapi).toBe('3.1.0');
      expect(Object.keys(document.paths)).not.toEqual([]);
    });

    test('answers an address where there is nothing with a problem, in both languages', async () => {
      const problems = await Promise.all(
        ['it', 'en'].map(async (language) => (await (await get('/nothing-here', language)).json()) as ProblemDocument),
      );
      for (const problem of problems) expect(problem).toMatchObject({ type: 'request/no-such-route', status: 404 });
      expect(problems[0]?.detail).not.toBe(problems[1]?.detail);
      expect(problems[0]?.title).not.toBe(problems[1]?.title);
    });

    test('stops in order, within its deadline, and answers nobody afterwards', async () => {
      expect(await service.stop()).toBe(true);
      await expect(get('/health/live')).rejects.toThrow();
      await expect(look('/health/live')).rejects.toThrow();
    });
  });
}
