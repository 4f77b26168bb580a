import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TopicName } from '@recapito/contracts';
import { bareKafka, namespace } from '@recapito/testing';
import kafkajs from 'kafkajs';
import type { Admin } from 'kafkajs';
import { ensureTopics } from '../src/index.ts';
import { connectionFor } from './scene.ts';

describe('ensureTopics', () => {
  const { brokers, namespace: prefix } = connectionFor('migration', namespace());
  const names: TopicName[] = ['migration.moves.v1', 'mailbox.directory.v1', 'suite.clock.v1'];
  let admin: Admin;

  beforeAll(async () => {
    admin = bareKafka().admin();
    await admin.connect();
  });
  afterAll(() => admin.disconnect());

  test('makes each topic with twelve partitions, kept for ever, compacted where only the last record counts', async () => {
    // Several services start at once, and each again later.
    await Promise.all(Array.from({ length: 4 }, () => ensureTopics(brokers, prefix, names)));
    await ensureTopics(brokers, prefix, names);

    const physical = names.map((name) => `${prefix}${name}`);
    const { topics } = await admin.fetchTopicMetadata({ topics: physical });
    expect(new Map(topics.map(({ name, partitions }) => [name, partitions.length]))).toEqual(
      new Map(physical.map((name) => [name, 12])),
    );
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: physical.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
    });
    const settings = resources.map(({ resourceName, configEntries }) => {
      const value = (name: string) => configEntries.find(({ configName }) => configName === name)?.configValue;
      return [resourceName, [value('retention.ms'), value('cleanup.policy')]];
    });
    expect(Object.fromEntries(settings)).toEqual({
      [`${prefix}mailbox.directory.v1`]: ['-1', 'compact'],
      [`${prefix}migration.moves.v1`]: ['-1', 'delete'],
      [`${prefix}suite.clock.v1`]: ['-1', 'compact'],
    });
  });
});
