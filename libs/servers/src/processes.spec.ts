import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { identify, isAlive, listens, signal } from './processes.ts';

const unused = 2 ** 22 + 1;

describe('the identity of a process', () => {
  test('is its pid and the start time that the kernel keeps', () => {
    const me = identify(process.pid);
    expect(me).toEqual({ pid: process.pid, startTime: expect.any(Number) });
    expect(identify(process.pid)).toEqual(me);
    expect(identify(process.ppid)?.startTime).toBeLessThan(me?.startTime ?? 0);
  });

  test('a pid that is used again is another process, and gets no signal meant for the first', () => {
    const other = { pid: process.pid, startTime: 1 };
    expect(isAlive(other)).toBe(false);
    expect(signal(other, 'SIGKILL')).toBe(false);
  });

  test('nobody and the dead who wait to be reaped have none', async () => {
    expect(identify(unused)).toBeUndefined();
    const child = spawn('true', { stdio: 'ignore' });
    const seen = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await seen;
    expect(identify(child.pid ?? unused)).toBeUndefined();
  });
});

describe('who listens on a port', () => {
  test('is told apart from who does not', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
      });
    });
    expect(listens(process.pid, port)).toBe(true);
    expect(listens(process.ppid, port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(listens(process.pid, port)).toBe(false);
  });
});
