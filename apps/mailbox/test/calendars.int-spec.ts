import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serviceCalendar } from '@recapito/capability';
import type { ServiceCalendar } from '@recapito/capability';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Listener } from './heard.ts';
import { Stage } from './stage.ts';
import { eventually } from '@recapito/testing';

const stage = new Stage();
let mailbox: RunningService<PrismaClient>;
let heard: Listener;

const address = 'mario.rossi@postacertificata.gov.it';

/** The shipped calendar of PostaCertificat@, with the first days of some phases moved. */
function moved(days: Readonly<Record<string, string>>): ServiceCalendar {
  const file = new URL('../../../programmes/services/cec-pac.json', import.meta.url);
  const calendar = serviceCalendar.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { ...calendar, phases: calendar.phases.map((phase) => ({ ...phase, from: days[phase.id] ?? phase.from })) };
}

async function arm(calendar: ServiceCalendar, service = 'cec-pac'): Promise<Response> {
  return stage.ask(mailbox, `/calendars/${service}/armings`, { body: calendar });
}

async function maySend(service = mailbox): Promise<boolean> {
  const response = await stage.ask(service, `/mailboxes/${address}/capabilities?verb=send`);
  const answer = (await response.json()) as { capabilities: { allowed: boolean }[] };
  return answer.capabilities[0]?.allowed ?? false;
}

beforeAll(async () => {
  heard = await new Listener(stage.namespace).listen();
  stage.onEnd(() => heard.stop());
  // A quarter of an hour before PostaCertificat@ stops sending, by the shipped calendar.
  await stage.setClock(parseInstant('2015-03-17T22:45:00Z'));
  mailbox = await stage.mailbox();
  await stage.box({ address, service: 'cec-pac', state: 'active' });
});

afterAll(() => stage.end());

describe('the calendars in force', () => {
  // @rule CALENDAR-ARMED
  test('are the shipped ones after the first start, told whole with version and fingerprint', async () => {
    await eventually(() => expect(heard.calendar('cec-pac')).toMatchObject({ version: 1, armedBy: 'programme' }));
    expect(heard.calendar('cec-pac')?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(heard.calendar('cec-pac')?.calendar).toEqual(moved({}));
    const list = (await (await stage.ask(mailbox, '/calendars')).json()) as { service: string; version: number }[];
    expect(list.map(({ service, version }) => `${service} ${version}`)).toEqual(['cec-pac 1', 'inps-trial 1']);
    const health = (await (await fetch(new URL('/health/ready', mailbox.management))).json()) as {
      checks: { name: string }[];
    };
    const shown = heard.calendar('cec-pac')?.sha256.slice(0, 12);
    expect(health.checks.find(({ name }) => name === 'calendars')).toMatchObject({ 'cec-pac': `1 ${shown}` });
  });

  test('armed as they are change nothing', async () => {
    const answer = await arm(moved({}));
    expect(await answer.json()).toMatchObject({ version: 1, armedBy: 'programme' });
  });

  test('cannot move a boundary that has passed, nor put one less than a minute ahead', async () => {
    for (const days of [{ P1: '2014-12-19' }, { P2: '2015-03-17' }]) {
      const answer = await arm(moved(days));
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({ type: 'calendar/boundary-too-near', rule: 'CALENDAR-NEAR-BOUNDARY' });
    }
  });

  test('belong to the service that is named, and to one that exists', async () => {
    expect((await arm(moved({}), 'inps-trial')).status).toBe(422);
    expect((await stage.ask(mailbox, '/calendars/free-pec')).status).toBe(404);
  });

  // @rule CALENDAR-ARMED
  test('armed anew decide at the bound, in every process, and stay after a restart', async () => {
    const other = await stage.mailbox();
    const answer = await arm(moved({ P2: '2015-03-20' }));
    expect(await answer.json()).toMatchObject({ version: 2, armedBy: 'operator' });
    await eventually(() => expect(heard.calendar('cec-pac')).toMatchObject({ version: 2, armedBy: 'operator' }));
    for (const service of [mailbox, other])
      await eventually(async () => {
        const health = await (await fetch(new URL('/health/ready', service.management))).text();
        expect(health).toContain('"cec-pac":"2 ');
      });
    await stage.setClock(parseInstant('2015-03-17T23:00:00Z'));
    expect([await maySend(), await maySend(other)]).toEqual([true, true]);
    const restarted = await stage.mailbox();
    expect(await maySend(restarted)).toBe(true);
    expect(heard.records.filter(({ key }) => key === 'cec-pac')).toHaveLength(2);
    await stage.setClock(parseInstant('2015-03-19T23:00:00Z'));
    expect([await maySend(), await maySend(other)]).toEqual([false, false]);
  });
});
