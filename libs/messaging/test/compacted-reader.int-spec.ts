import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { event } from '@recapito/contracts';
import { bareKafka, eventually, namespace } from '@recapito/testing';
import { z } from 'zod';
import type { CompactedReader } from '../src/index.ts';
import { DirectPublisher, InfrastructureFailure, readCompacted } from '../src/index.ts';
import { connectionFor, noon, produceRaw } from './scene.ts';

const boxSeen = event('mailbox.directory.v1', 'spec-box', z.object({ state: z.string() }));

describe('the follower of a compacted topic', () => {
  const connection = connectionFor('mailbox', namespace());
  const publisher = new DirectPublisher(connection);
  const readers: CompactedReader[] = [];

  beforeAll(async () => {
    for (let nth = 1; nth <= 30; nth += 1) await tell(`box ${nth % 10}`, nth, `state ${nth}`);
  });
  afterEach(async () => {
    await Promise.all(readers.splice(0).map((reader) => reader.stop()));
  });
  afterAll(() => publisher.close());

  const tell = (key: string, sequence: number, state: string) =>
    publisher.publish(boxSeen, { key, sequence, time: noon, data: { state } });
  const follow = (
    seen: Map<string, string>,
    more: Partial<Parameters<typeof readCompacted<{ state: string }>>[1]> = {},
  ) => {
    const reader = readCompacted(boxSeen, {
      ...connection,
      onRecord: ({ key, data }) => void seen.set(key, data.state),
      onRetracted: (key) => void seen.delete(key),
      ...more,
    });
    readers.push(reader);
    return reader;
  };

  test('is ready once all that was there is applied, and each process has all of it', async () => {
    const [one, two] = [new Map<string, string>(), new Map<string, string>()];
    let fresh = 0;
    const first = follow(one, { onFresh: () => (fresh += 1) });
    const second = follow(two);
    expect(first.ready()).toBe(false);
    expect(first.age()).toBe(Number.POSITIVE_INFINITY);
    await Promise.all([first.whenReady, second.whenReady]);
    expect(Object.fromEntries(one)).toMatchObject({ 'box 0': 'state 30', 'box 1': 'state 21', 'box 9': 'state 29' });
    expect(one.size).toBe(10);
    expect(two).toEqual(one);
    expect(fresh).toBe(1);
    expect(first.age()).toBeLessThan(2_000);
  });

  test('applies what comes after, and forgets what is retracted', async () => {
    const seen = new Map<string, string>();
    const reader = follow(seen);
    await reader.whenReady;
    await tell('box 3', 31, 'closed');
    await publisher.retract(boxSeen.topic, 'box 4');
    await eventually(() => seen.get('box 3') === 'closed' && !seen.has('box 4'));
  });

  test('passes over what it cannot read, and says so', async () => {
    const seen = new Map<string, string>();
    const reader = follow(seen);
    await reader.whenReady;
    await produceRaw(connection, [{ key: 'box 5', value: 'junk' }], boxSeen.topic);
    await tell('box 5', 32, 'after the junk');
    await eventually(() => seen.get('box 5') === 'after the junk');
    expect(reader.state()).toMatchObject({ ready: true, connected: true, faults: 1 });
  });

  test('is not ready before its own infrastructure has taken every record', async () => {
    const seen = new Map<string, string>();
    let away = true;
    const reader = follow(seen, {
      onRecord: ({ key, data }) => {
        if (away) throw new InfrastructureFailure('the disk is full');
        seen.set(key, data.state);
      },
    });
    await eventually(() => reader.state().connected);
    expect(reader.ready()).toBe(false);
    away = false;
    await reader.whenReady;
    expect(seen.size).toBeGreaterThanOrEqual(9);
  });

  test('asked to catch up, has applied what was told before the question', async () => {
    const seen = new Map<string, string>();
    const reader = follow(seen);
    await reader.whenReady;
    for (let nth = 40; nth < 45; nth += 1) {
      await tell('box 7', nth, `state ${nth}`);
      await reader.caughtUp(10_000);
      expect(seen.get('box 7')).toBe(`state ${nth}`);
    }
  });

  test('says so when it cannot catch up in time', async () => {
    let away = false;
    const reader = follow(new Map(), {
      onRecord: () => {
        if (away) throw new InfrastructureFailure('the disk is full');
      },
    });
    await reader.whenReady;
    away = true;
    await tell('box 8', 50, 'never applied');
    await expect(reader.caughtUp(200)).rejects.toThrow(InfrastructureFailure);
  });

  test('leaves a group without members and offsets, which the broker removes by itself', async () => {
    const seen = new Map<string, string>();
    const reader = follow(seen);
    await reader.whenReady;
    const admin = bareKafka().admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    const ours = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(connection.namespace));
    expect(ours.length).toBeGreaterThan(0);
    await reader.stop();
    await eventually(async () => {
      const described = (await admin.describeGroups(ours)).groups;
      return described.every(({ members }) => members.length === 0);
    });
    for (const groupId of ours) expect(await admin.fetchOffsets({ groupId })).toEqual([]);
    await admin.disconnect();
  });
});
