import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { eventually, type OwnServers, ownServers } from '@recapito/testing';
import { communicationId } from '../src/domain/communication.ts';
import { sendingQueue } from '../src/jobs/sending-queue.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
let redis: OwnServers;
let redisUrl: string;
let service: RunningService<PrismaClient>;
let other: RunningService<PrismaClient>;

beforeAll(async () => {
  redis = await ownServers('redis');
  redisUrl = redis.servers.environment['RECAPITO_REDIS_URL'] ?? '';
  service = await stage.open(august, { RECAPITO_REDIS_URL: redisUrl });
  other = await stage.open(august, { RECAPITO_REDIS_URL: redisUrl });
});

afterAll(async () => {
  await stage.end();
  await redis.remove();
});

afterEach(() => {
  stage.certifiedMail.mood = 'takes';
});

const announcementOf = (move: string) => communicationId('announcement', move, 1);

function moves(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

async function allSubmitted(some: readonly string[]): Promise<void> {
  const where = { id: { in: some.map(announcementOf) }, state: 'submitted' };
  await eventually(async () => expect(await stage.client.communication.count({ where })).toBe(some.length), {
    everyMs: 50,
  });
}

/** How often certified-mail took a message for each of these moves. */
function timesTaken(some: readonly string[]): number[] {
  const keys = stage.certifiedMail.taken.map(({ key }) => key);
  return some.map((move) => keys.filter((key) => key === `${announcementOf(move)}.1`).length);
}

/** How often each fact was told of these moves' announcements. */
async function timesTold(some: readonly string[], type: string): Promise<number[]> {
  const told = await Promise.all(some.map((move) => stage.toldOf(announcementOf(move))));
  return told.map((facts) => facts.filter((fact) => fact.type === type).length);
}

async function tellRedis(command: string): Promise<void> {
  const { hostname, port } = new URL(redisUrl);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${command}\r\n`));
    socket.once('error', reject);
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
  });
}

const once = (some: readonly string[]) => some.map(() => 1);

async function redisState(of: RunningService<PrismaClient>): Promise<{ status: string; redis: string | undefined }> {
  const { status, checks } = await stage.health(of);
  return { status, redis: checks.find(({ name }) => name === 'redis')?.state };
}

describe('two instances', () => {
  // @rule COMMUNICATION-ONCE
  test('hand over each announcement once, however often it is asked for', async () => {
    const some = moves(12);
    await Promise.all(some.map((move) => stage.announce(move, { times: 3 })));
    await allSubmitted(some);
    expect(timesTaken(some)).toEqual(once(some));
    expect(await timesTold(some, 'communication-asked')).toEqual(once(some));
    expect(await timesTold(some, 'communication-submitted')).toEqual(once(some));
  });
});

describe('while certified-mail is away', () => {
  test('announcements wait, owed since they were asked for, and go out once when it is back', async () => {
    await stage.certifiedMail.close();
    const some = moves(6);
    await Promise.all(some.map((move) => stage.announce(move)));
    await eventually(async () => {
      const waiting = await stage.client.communication.findMany({ where: { id: { in: some.map(announcementOf) } } });
      expect(waiting.map(({ hindrance }) => hindrance)).toEqual(
        some.map(() => expect.stringContaining('certified-mail')),
      );
    });
    expect((await stage.rehearsalState(service)).earliestDue).toBe(august);
    await stage.certifiedMail.listen();
    await allSubmitted(some);
    expect(timesTaken(some)).toEqual(once(some));
    await eventually(async () => expect((await stage.rehearsalState(service)).earliestDue).toBeNull());
  });

  test('the breaker leaves it in peace, and health says so', async () => {
    stage.certifiedMail.mood = 'faulty';
    const some = moves(6);
    await Promise.all(some.map((move) => stage.announce(move)));
    await eventually(async () => {
      const checks = (await Promise.all([stage.health(service), stage.health(other)])).flatMap((each) => each.checks);
      expect(checks).toContainEqual(expect.objectContaining({ name: 'calls:certified-mail', state: 'degraded' }));
    });
    stage.certifiedMail.mood = 'takes';
    await allSubmitted(some);
    expect(timesTaken(some)).toEqual(once(some));
  });
});

describe('while identity is away', () => {
  test('an announcement waits for its password', async () => {
    stage.identity.faults = 3;
    const some = moves(1);
    await Promise.all(some.map((move) => stage.announce(move)));
    await allSubmitted(some);
    expect(timesTaken(some)).toEqual([1]);
  });
});

// @rule COMMUNICATION-WAKE
describe('when Redis forgets', () => {
  test('everything in the middle of a campaign, each announcement still goes out, once', async () => {
    stage.certifiedMail.mood = 'faulty';
    const some = moves(20);
    await Promise.all(some.map((move) => stage.announce(move)));
    const asked = { id: { in: some.map(announcementOf) } };
    await eventually(async () => expect(await stage.client.communication.count({ where: asked })).toBe(20));
    await tellRedis('FLUSHALL');
    stage.certifiedMail.mood = 'takes';
    await allSubmitted(some);
    expect(timesTaken(some)).toEqual(once(some));
    expect(await timesTold(some, 'communication-submitted')).toEqual(once(some));
  });

  test('a job but for its name, as when it was emptied between two steps of the queue, the message goes out', async () => {
    const [move = ''] = moves(1);
    const job = `${announcementOf(move)}.1.0`;
    await tellRedis(`HSET ${stage.namespace}notification:${sendingQueue}:${job} processedOn 1`);
    await stage.announce(move);
    await allSubmitted([move]);
    expect(timesTaken([move])).toEqual([1]);
  });

  test('how to answer, the service is degraded and goes on, and takes Redis again when it is back', async () => {
    await redis.servers.kill('redis');
    await eventually(async () => expect(await redisState(service)).toEqual({ status: 'degraded', redis: 'degraded' }));
    const some = moves(5);
    await Promise.all(some.map((move) => stage.announce(move)));
    await allSubmitted(some);
    expect(timesTaken(some)).toEqual(once(some));
    await redis.servers.restart('redis');
    await eventually(async () => expect((await redisState(service)).redis).toBe('ok'));
    const more = moves(5);
    await Promise.all(more.map((move) => stage.announce(move)));
    await allSubmitted(more);
    expect(timesTaken(more)).toEqual(once(more));
  });

  test('nobody is kept from stopping, and a service starts without it', async () => {
    await redis.servers.kill('redis');
    expect(await other.stop()).toBe(true);
    const late = await stage.open(august, { RECAPITO_REDIS_URL: redisUrl });
    const some = moves(2);
    await Promise.all(some.map((move) => stage.announce(move)));
    await allSubmitted(some);
    expect(timesTaken(some)).toEqual(once(some));
    await redis.servers.restart('redis');
    await eventually(async () => expect((await redisState(late)).redis).toBe('ok'));
  });
});
