import { afterEach, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Unavailable } from '@recapito/platform';
import { TimeServer } from '@recapito/testing';
import type { Telling } from '@recapito/testing';
import { ClockGuard } from './clock-guard.ts';
import { clockOffset, parseTimeSource } from './sntp.ts';

Logger.overrideLogger(false);

const open: TimeServer[] = [];
afterEach(() => open.splice(0).forEach((server) => server.close()));

async function timeServer(telling: Telling): Promise<TimeServer> {
  const server = await TimeServer.open(telling);
  open.push(server);
  return server;
}

/** Both clocks, as they go, with what a spec sets one forward by, and what it lets pass for both. */
function clocks() {
  const shown = { set: 0, passed: 0 };
  return {
    shown,
    system: () => Date.now() + shown.set + shown.passed,
    elapsed: () => performance.now() + shown.passed,
  };
}

const limits = { mostOffsetMs: 1_000, unheardMs: 900_000 };

describe('a time source', () => {
  test.each([
    ['ntp.inrim.example', 'ntp.inrim.example', 123],
    ['10.0.0.1:1123', '10.0.0.1', 1123],
    ['[2001:db8::1]', '2001:db8::1', 123],
    ['[2001:db8::1]:1123', '2001:db8::1', 1123],
  ])('%s is a host and a port', (text, host, port) => {
    expect(parseTimeSource(text)).toEqual({ host, port });
  });

  test.each(['', 'a b', 'host:0', 'host:70000', '2001:db8::1', 'host:'])('"%s" is none', (text) => {
    expect(() => parseTimeSource(text)).toThrow(RangeError);
  });

  test.each([2_500, -2_500])('that is %d ms ahead is found to be', async (aheadMs) => {
    const { source } = await timeServer({ aheadMs });
    expect(Math.abs((await clockOffset(source, { withinMs: 2_000 })) - aheadMs)).toBeLessThan(500);
  });

  test('in the era that begins in 2036 tells the right time', async () => {
    const after = Date.UTC(2036, 6, 1) - Date.now();
    const { source } = await timeServer({ aheadMs: after });
    expect(Math.abs((await clockOffset(source, { withinMs: 2_000 })) - after)).toBeLessThan(500);
  });

  test.each([
    ['does not know the time', { stratum: 0 }, 'does not know the time'],
    ['answers what was not asked', { strange: true }, 'no answer in time'],
    ['is silent', { silent: true }, 'no answer in time'],
  ])('that %s is not believed', async (_, telling, words) => {
    const { source } = await timeServer({ aheadMs: 0, ...telling });
    await expect(clockOffset(source, { withinMs: 300 })).rejects.toThrow(words);
  });
});

describe('the guard of the clock', () => {
  test('without sources checks nothing and says so', () => {
    const guard = new ClockGuard({ sources: [], ...limits });
    expect(guard.check()).toEqual({ state: 'ok', clock: 'unchecked' });
    expect(() => guard.ensureReliable()).not.toThrow();
  });

  // @rule CLOCK-ONE-SECOND
  test('lets nothing be certified by a clock that is two seconds off, and again when it is right', async () => {
    const server = await timeServer({ aheadMs: 2_000 });
    const guard = new ClockGuard({ sources: [server.source], ...limits }, clocks());
    await guard.ask();
    expect(guard.check()).toMatchObject({ state: 'degraded', clock: 'wrong' });
    expect(() => guard.ensureReliable()).toThrow(Unavailable);
    server.telling = { aheadMs: 0 };
    await guard.ask();
    expect(guard.check()).toMatchObject({ state: 'ok', clock: 'right' });
    expect(() => guard.ensureReliable()).not.toThrow();
  });

  // @rule CLOCK-ONE-SECOND
  test('knows nothing before a source has answered, nor when all have been silent for a quarter of an hour', async () => {
    const server = await timeServer({ aheadMs: 0 });
    const both = clocks();
    const guard = new ClockGuard({ sources: [server.source], ...limits }, both);
    expect(guard.standing).toBe('unheard');
    await guard.ask();
    both.shown.passed = 880_000;
    expect(guard.standing).toBe('right');
    both.shown.passed = 900_001;
    expect(guard.standing).toBe('unheard');
    expect(() => guard.ensureReliable()).toThrow('unheard');
  });

  test('goes by the middle of the answers: one of three that lies changes nothing, two do', async () => {
    const [one, other, third] = [{ aheadMs: 0 }, { aheadMs: 60_000 }, { aheadMs: 10 }].map(timeServer);
    const servers = await Promise.all([one, other, third]);
    const sources = servers.flatMap((server) => (server === undefined ? [] : [server.source]));
    const guard = new ClockGuard({ sources, ...limits }, clocks());
    await guard.ask();
    expect(guard.standing).toBe('right');
    if (servers[0] !== undefined) servers[0].telling = { aheadMs: 60_000 };
    await guard.ask();
    expect(guard.standing).toBe('wrong');
  });

  test('of two that disagree believes the one that is farther off', async () => {
    const servers = [await timeServer({ aheadMs: -3_000 }), await timeServer({ aheadMs: 0 })];
    const guard = new ClockGuard({ sources: servers.map(({ source }) => source), ...limits }, clocks());
    await guard.ask();
    expect(guard.standing).toBe('wrong');
  });

  test('sees between two answers that somebody has set the clock', async () => {
    const server = await timeServer({ aheadMs: 0 });
    const both = clocks();
    const guard = new ClockGuard({ sources: [server.source], ...limits }, both);
    await guard.ask();
    both.shown.passed = 30_000;
    expect(guard.standing).toBe('right');
    both.shown.set = -3_000;
    expect(guard.standing).toBe('wrong');
    both.shown.set = 0;
    expect(guard.standing).toBe('right');
  });
});
