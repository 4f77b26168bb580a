import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import type { HealthReport, RunningService } from '../src/index.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { Stage } from './parcels/service.ts';

const stage = new Stage();
let service: RunningService<ParcelClient>;

beforeAll(async () => {
  service = await stage.started();
});

afterAll(() => stage.end());

async function health(of = service): Promise<{ code: number; report: HealthReport }> {
  const response = await fetch(`${of.url}/health/ready`);
  return { code: response.status, report: (await response.json()) as HealthReport };
}

function check(report: HealthReport, name: string) {
  return report.checks.find((each) => each.name === name);
}

describe('a service that starts in a rehearsal', () => {
  test('is alive and not ready before the suite clock was ever set', async () => {
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    const { code, report } = await health();
    expect(code).toBe(503);
    expect(report.status).toBe('down');
    expect(check(report, 'lifecycle')).toMatchObject({ state: 'down', phase: 'starting' });
  });

  test('turns every other request away until then', async () => {
    const response = await fetch(`${service.url}/parcels/now`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
  });

  test('is ready once the clock shows an instant, and shows it in its health', async () => {
    await stage.setClock(parseInstant('2010-08-02T07:00:00Z'));
    await service.ready;
    await eventually(async () => {
      const { code, report } = await health();
      expect({ code, status: report.status }).toEqual({ code: 200, status: 'ok' });
      expect(check(report, 'suite-clock')).toMatchObject({ state: 'ok', instant: '2010-08-02T07:00:00.000Z', rate: 0 });
    });
  });
});
