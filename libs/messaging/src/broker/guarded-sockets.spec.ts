import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { guardedSockets } from './guarded-sockets.ts';

const server = createServer();

afterEach(() => void server.close());

test('a guarded connection writes while it may; then it ends, and what was not written stays unwritten', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  let may = true;
  const open = guardedSockets(() => may);
  const ssl = undefined as unknown as Parameters<typeof open>[0]['ssl'];
  const socket = open({ host: '127.0.0.1', port, ssl, onConnect: () => undefined });
  const failed = once(socket, 'error') as Promise<[Error]>;
  const [other] = await accepted;
  let heard = '';
  other.on('data', (bytes: Buffer) => (heard += bytes.toString()));
  const ended = once(other, 'close');
  await new Promise<void>((resolve) => socket.write('state 1', () => resolve()));
  may = false;
  expect(socket.write('state 2')).toBe(false);
  expect((await failed)[0].message).toContain('the lease has ended');
  await ended;
  expect(heard).toBe('state 1');
});
