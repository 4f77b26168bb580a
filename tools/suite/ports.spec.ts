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
  const ports = await choosePorts(7_000);
  expect(ports).toEqual({
    console: 7_000,
    identity: 7_001,
    mailbox: 7_002,
    migration: 7_003,
    notification: 7_004,
    'audit-log': 7_005,
    'certified-mail': 7_006,
    rehearsal: 7_099,
    'console-management': 7_100,
    'identity-management': 7_101,
    'mailbox-management': 7_102,
    'migration-management': 7_103,
    'notification-management': 7_104,
    'audit-log-management': 7_105,
    'certified-mail-management': 7_106,
    lmtp: 7_024,
    smtp: 7_025,
    smtps: 7_465,
    submission: 7_587,
    imaps: 7_993,
    pop3s: 7_995,
    doveadm: 7_996,
  });
  expect(movedDoors(ports, 7_000)).toEqual([]);
});

test('a door that is taken moves to the next free port that is nobody’s usual one, and only that door', async () => {
  await squat(8_001);
  await squat(8_007);
  const ports = await choosePorts(8_000);
  expect(ports.identity).toBe(8_008);
  expect(movedDoors(ports, 8_000)).toEqual(['identity 8008']);
});

test('no two doors get the same port when all the usual ones are taken', async () => {
  for (let port = 9_000; port <= 9_006; port += 1) await squat(port);
  const ports = await choosePorts(9_000);
  expect(new Set(Object.values(ports)).size).toBe(22);
  expect(movedDoors(ports, 9_000)).toEqual([
    'console 9007',
    'identity 9008',
    'mailbox 9009',
    'migration 9010',
    'notification 9011',
    'audit-log 9012',
    'certified-mail 9013',
  ]);
});

test('where no port is left, that is said', async () => {
  await expect(choosePorts(65_000)).rejects.toThrow(/no free port from 65\d+ on/);
});
