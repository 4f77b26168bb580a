import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Injectable, Module, Post } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { event, eventsOf, type Fact } from '@recapito/contracts';
import { append, type DeadLetter, FactContext, OnEvent, type StoppedPartition } from '@recapito/messaging';
import { type Instant, instant, refuse } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { z } from 'zod';
import { Database, type Tx } from '@recapito/database';
import {
  currentTraceId,
  type HealthReport,
  type OnServiceStart,
  type Page,
  Public,
  type RehearsalState,
  type RunningService,
  SuiteClock,
} from '../src/index.ts';
import { operatorsCommand } from './operators-command.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { operatorToken, Stage } from './parcels/service.ts';

const arrived = event('identity.accesses.v1', 'parcel-arrived', z.object({ id: z.uuid(), label: z.string() }));
type Arrived = { readonly id: string; readonly label: string };

const opening = instant(Date.parse('2010-08-02T07:00:00Z'));
const seen: { trace: string | undefined; time: Instant }[] = [];
const begun: Instant[] = [];

@Controller('arrivals')
class SenderController {
  constructor(
    private readonly database: Database<ParcelClient>,
    private readonly clock: SuiteClock,
  ) {}

  @Post()
  @Public()
  async tell() {
    const data = { id: crypto.randomUUID(), label: `parcel ${seen.length}` };
    const fact = { key: data.id, sequence: 1, time: this.clock.now(), data };
    await this.database.transaction((tx) => append(tx, arrived, fact));
    return { ...data, trace: currentTraceId() };
  }

  @Post('refused')
  @Public()
  async tellRefused() {
    const data = { id: crypto.randomUUID(), label: 'refused' };
    await this.database.transaction((tx) =>
      append(tx, arrived, { key: data.id, sequence: 1, time: this.clock.now(), data }),
    );
    return data;
  }
}

@Controller()
class ArrivalsHandler {
  @OnEvent(arrived)
  async onArrived(@Payload() fact: Fact<Arrived>, @Ctx() context: FactContext<Tx<ParcelClient>>) {
    if (fact.data.label === 'refused')
      return refuse('parcel/unwanted', 'PARCEL-WANTED', { it: 'Non è atteso.', en: 'It is not expected.' });
    await context.tx.parcel.create({ data: { ...fact.data, weight: 1 } });
    seen.push({ trace: currentTraceId(), time: fact.time });
    return undefined;
  }
}

/** Begins its work when there is an instant to work with. */
@Injectable()
class Beginner implements OnServiceStart {
  constructor(private readonly clock: SuiteClock) {}

  onServiceStart(): void {
    begun.push(this.clock.now());
  }
}

@Module({ controllers: [SenderController] })
class SenderModule {}

@Module({ controllers: [ArrivalsHandler], providers: [Beginner] })
class ReceiverModule {}

const stage = new Stage();
let sender: RunningService<ParcelClient>;
let receiver: RunningService<ParcelClient>;

beforeAll(async () => {
  await stage.setClock(opening);
  sender = await stage.started({ name: 'identity', module: SenderModule, grants: {} });
  receiver = await stage.started({
    name: 'mailbox',
    module: ReceiverModule,
    grants: {},
    facts: { ignore: eventsOf(arrived.topic) },
  });
  await Promise.all([sender.ready, receiver.ready]);
});

afterAll(() => stage.end());

async function ofReceiver<Body>(path: string, method = 'GET', body?: unknown): Promise<Body> {
  const authorization = `Bearer ${operatorToken}`;
  const sent =
    body === undefined
      ? { headers: { authorization } }
      : { headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${receiver.url}${path}`, { method, ...sent });
  expect(response.ok).toBe(true);
  return (await response.json()) as Body;
}

describe('a service that reads facts', () => {
  test('lets its providers begin once the suite clock shows an instant', () => {
    expect(begun).toEqual([opening]);
  });

  test('takes what another service states, in the trace of the request that caused it', async () => {
    const response = await fetch(`${sender.url}/arrivals`, { method: 'POST' });
    const told = (await response.json()) as { id: string; trace: string };
    const parcel = await eventually(async () => {
      const found = await receiver.platform.database?.client.parcel.findUnique({ where: { id: told.id } });
      return found ?? false;
    });
    expect(parcel).toMatchObject({ weight: 1 });
    expect(seen).toEqual([{ trace: told.trace, time: opening }]);
  });

  test('is well and quiet afterwards', async () => {
    await eventually(async () => {
      const report = (await (await fetch(`${receiver.management}/health/ready`)).json()) as HealthReport;
      expect(report.checks.find((check) => check.name === 'facts')).toMatchObject({ state: 'ok' });
      expect(await ofReceiver<RehearsalState>('/rehearsal/state')).toMatchObject({
        inWork: 0,
        consumersLag: 0,
        outboxPending: 0,
        counters: { 'facts.handled': 1, 'facts.deadLettered': 0 },
      });
    });
  });

  test('shows its operator what it could not take, and takes the decision about it', async () => {
    const { id } = (await (await fetch(`${sender.url}/arrivals/refused`, { method: 'POST' })).json()) as { id: string };
    const [letter] = await eventually(async () => {
      const { items } = await ofReceiver<Page<DeadLetter>>('/dead-letters');
      return items.length > 0 ? items : false;
    });
    expect(letter).toMatchObject({ topic: 'identity.accesses.v1', key: id, failureClass: 'permanent' });
    const figures = await (await fetch(`${receiver.management}/metrics`)).text();
    expect(figures.split('\n').find((line) => /^recapito_dead_letters.*failed/.test(line))).toMatch(/ 1$/);
    const read = await fetch(`${receiver.url}/dead-letters/${letter?.id}`, {
      headers: { authorization: `Bearer ${operatorToken}`, purpose: 'guasto da capire' },
    });
    const { body, ...said } = (await read.json()) as { body: string };
    expect(said).toMatchObject({
      id: letter?.id,
      cause: letter?.cause,
      type: expect.stringMatching(/^it\.recapito\.identity\.accesses\./),
      behind: 0,
    });
    expect(JSON.parse(body)).toBeInstanceOf(Object);
    await ofReceiver(`/dead-letters/${letter?.id}/set-aside`, 'POST');
    expect((await ofReceiver<Page<DeadLetter>>('/dead-letters')).items).toEqual([]);
  });

  test('is degraded while a partition does not continue what was read of it, and reads on when its operator says so', async () => {
    const checkOfPositions = async () => {
      const report = (await (await fetch(`${receiver.management}/health/ready`)).json()) as HealthReport;
      return report.checks.find((check) => check.name === 'positions');
    };
    const stoppedCount = async () => {
      const figures = await (await fetch(`${receiver.management}/metrics`)).text();
      return figures.split('\n').find((line) => line.startsWith('recapito_partitions_stopped{'));
    };
    expect(await checkOfPositions()).toMatchObject({ state: 'ok' });
    // As if the broker had lost the last five records of every partition.
    await receiver.platform.database?.client.$executeRawUnsafe('UPDATE reading_position SET next = next + 5');
    const { id } = (await (await fetch(`${sender.url}/arrivals`, { method: 'POST' })).json()) as { id: string };
    const [stopped] = await eventually(async () => {
      const found = await ofReceiver<StoppedPartition[]>('/partitions/stopped');
      return found.length > 0 ? found : false;
    });
    expect(stopped).toMatchObject({ topic: 'identity.accesses.v1', generation: 1, cause: 'end-below-position' });
    const place = `${stopped?.topic}/${stopped?.partition}`;
    expect(await checkOfPositions()).toMatchObject({ state: 'degraded', stopped: `${place}: end-below-position` });
    expect(await stoppedCount()).toMatch(/ 1$/);
    const token = join(stage.secrets, 'token-of-operator');
    writeFileSync(token, operatorToken);
    const words = ['--service', 'mailbox', '--url', receiver.url, '--token', token, '--reason', 'the log was lost'];
    expect(await operatorsCommand('read-on/main.ts', ...words, '--topic', 'identity.holders.v1')).toEqual({
      code: 0,
      said: 'mailbox: no partition is stopped\n',
    });
    expect(await operatorsCommand('read-on/main.ts', ...words)).toEqual({
      code: 0,
      said: expect.stringMatching(
        /^mailbox: identity\.accesses\.v1 \d+ \(end-below-position\) is read from \d+ on, generation 2\n/,
      ),
    });
    await eventually(async () => {
      const parcel = await receiver.platform.database?.client.parcel.findUnique({ where: { id } });
      expect(parcel).toMatchObject({ weight: 1 });
    });
    expect(await checkOfPositions()).toMatchObject({ state: 'ok' });
    expect(await stoppedCount()).toMatch(/ 0$/);
  });

  test('finishes what it has in hand before it stops', async () => {
    expect(await receiver.stop()).toBe(true);
    expect(seen).toHaveLength(2);
  });
});
