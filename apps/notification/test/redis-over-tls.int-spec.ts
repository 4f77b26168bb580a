import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SettingFiles } from '@recapito/platform';
import { ownServersOverTls, twoAuthorities } from '@recapito/testing';
import type { OwnServers, TwoAuthorities } from '@recapito/testing';
import Bull from 'bull';
import { queueOptions } from '../src/jobs/queue-options.ts';

let authorities: TwoAuthorities;
let redis: OwnServers;

beforeAll(async () => {
  authorities = await twoAuthorities();
  redis = await ownServersOverTls(authorities.own, 'redis');
});

afterAll(async () => {
  await redis.remove();
  authorities.remove();
});

/** What becomes of a queue at this address, whose Redis has to be of the authority in a folder; its file may be another by now. */
async function outcome(redisUrl: string, folder: string, now = folder): Promise<string> {
  const redisCa = readFileSync(join(folder, 'ca.pem'), 'utf8');
  const settingFiles = new SettingFiles({ redisCa: join(now, 'ca.pem') });
  const queue = new Bull('spec', queueOptions({ redisUrl, redisCa, settingFiles, namespace: 'spec.' }));
  const outcome = Promise.withResolvers<string>();
  queue.on('error', ({ message }) => outcome.resolve(message));
  // What is asked of Redis waits as long as there is no connection.
  queue.count().then(
    () => outcome.resolve('ready'),
    ({ message }: Error) => outcome.resolve(message),
  );
  try {
    return await outcome.promise;
  } finally {
    await queue.close(true).catch(() => undefined);
  }
}

test('queues reach Redis by a password over TLS', async () => {
  const { RECAPITO_REDIS_URL: url = '' } = redis.servers.environment;
  expect(url).toMatch(/^rediss:\/\/:[^@]+@localhost:/);
  expect(await outcome(url, authorities.own)).toBe('ready');
});

// @rule TLS-FILES
test('the authorities that the file names at the connection count, not those of the start', async () => {
  const { RECAPITO_REDIS_URL: url = '' } = redis.servers.environment;
  expect(await outcome(url, authorities.foreign, authorities.own)).toBe('ready');
  expect(await outcome(url, authorities.own, authorities.foreign)).toMatch(/self.signed|unable to verify/i);
});

test('and none of a foreign authority, of another name, or without the password', async () => {
  const { RECAPITO_REDIS_URL: url = '' } = redis.servers.environment;
  expect(await outcome(url, authorities.foreign)).toMatch(/self.signed|unable to verify/i);
  expect(await outcome(url.replace('localhost', '127.0.0.1'), authorities.own)).toMatch(/altnames/);
  expect(await outcome(url.replace(/:[^:@]+@/, ':altra@'), authorities.own)).toMatch(/WRONGPASS|invalid/);
});
