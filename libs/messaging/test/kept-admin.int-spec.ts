import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { eventually, servers } from '@recapito/testing';
import { KeptAdmin } from '../src/broker/kept-admin.ts';
import { quiet } from './scene.ts';

/** The connections that this process opens from now on. */
function watchSockets(): ReadonlySet<Socket> {
  const opened = new Set<Socket>();
  subscribe('net.client.socket', (message) => opened.add((message as { socket: Socket }).socket));
  return opened;
}

test('a connection over which a question failed is let go, and nothing that was asked over it opens it again', async () => {
  const opened = watchSockets();
  const admin = new KeptAdmin({ clientId: 'spec', brokers: servers().kafkaBrokers, logger: quiet });
  const gate = Promise.withResolvers<void>();
  const slow = admin.ask(async (connected) => {
    await gate.promise;
    return connected.listTopics();
  });
  const failing = expect(admin.ask(() => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
  // The next question has a connection of its own: that of the failure is not used again.
  await admin.ask((connected) => connected.listTopics());
  gate.resolve();
  await Promise.all([slow, failing]);
  await admin.close();
  expect(opened.size).toBeGreaterThan(0);
  await eventually(() => expect([...opened].filter(({ destroyed }) => !destroyed)).toHaveLength(0));
});
