import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { choosePorts, movedDoors } from './ports.ts';

const squatters: Server[] = [];

/** Somebody else's server on a port; answers the port. */
async function squat(port: number): Promise<number> {
  const server = createServer();
  squatters.push(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return port;
}

afterEach(async () => {
  await Promise.all(squatters.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

test('every door has its usual port above the base when nobody is there', async () => {
  const ports = await choosePorts(51_000);
  expect(ports).toEqual({
    console: 51_000,
    identity: 51_001,
    mailbox: 51_002,
    migration: 51_003,
    notification: 51_004,
    'audit-log': 51_005,
    'certified-mail': 51_006,
    lmtp: 51_024,
    imaps: 51_993,
    pop3s: 51_995,
    doveadm: 51_996,
  });
  expect(movedDoors(ports, 51_000)).toEqual([]);
});

test('a door that is taken moves to the next free port that is nobody’s usual one, and only that door', async () => {
  await squat(52_001);
  await squat(52_007);
  const ports = await choosePorts(52_000);
  expect(ports.identity).toBe(52_008);
  expect(movedDoors(ports, 52_000)).toEqual(['identity 52008']);
});

test('no two doors get the same port when all the usual ones are taken', async () => {
  for (let port = 53_000; port <= 53_006; port += 1) await squat(port);
  const ports = await choosePorts(53_000);
  expect(new Set(Object.values(ports)).size).toBe(11);
  expect(movedDoors(ports, 53_000)).toEqual([
    'console 53007',
    'identity 53008',
    'mailbox 53009',
    'migration 53010',
    'notification 53011',
    'audit-log 53012',
    'certified-mail 53013',
  ]);
});

test('where no port is left, that is said', async () => {
  await expect(choosePorts(65_000)).rejects.toThrow(/no free port from 65\d+ on/);
});
