import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { after, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { blockedUntil, failed, freshAccount, isBlocked, lifted, succeeded, withoutThePast } from './access.ts';
import type { AccessAccount, LockPolicy, TrySources } from './access.ts';

const at = parseInstant('2010-08-10T10:00:00Z');
const tomorrow = parseInstant('2010-08-11T10:00:00Z');
const day = 86_400_000;
const policy: LockPolicy = { attempts: 5, unfamiliarAttempts: 20, blockMs: day, familiarMs: 90 * day };
const home: TrySources = ['192.0.2.1'];
const cafe: TrySources = ['198.51.100.1'];

function guessed(account: AccessAccount, sources: TrySources, secrets: readonly string[], when = at): AccessAccount {
  let now = account;
  for (const mac of secrets)
    if (blockedUntil(now, sources, when) === null) now = failed(now, { sources, mac, at: when }, policy).next;
  return now;
}
const words = (count: number, from = 'w') => Array.from({ length: count }, (_, nth) => `${from}${nth}`);

describe('one source', () => {
  test('may be wrong four times, and after the fifth it waits for a day, exclusive', () => {
    expect(blockedUntil(guessed(freshAccount, home, words(4)), home, at)).toBeNull();
    const account = guessed(freshAccount, home, words(5));
    expect(blockedUntil(account, home, at)).toBe(tomorrow);
    expect(blockedUntil(account, home, parseInstant('2010-08-11T09:59:59.999Z'))).toBe(tomorrow);
    expect(blockedUntil(account, home, tomorrow)).toBeNull();
  });

  test('keeps nobody else waiting', () => {
    expect(blockedUntil(guessed(freshAccount, home, words(5)), cafe, at)).toBeNull();
  });

  test('fails once with a secret that it repeats for a day', () => {
    const account = guessed(freshAccount, home, ['old', 'old', 'old', 'old', 'old', 'old', 'old']);
    expect(account.guesses).toHaveLength(1);
    const later = withoutThePast(account, policy, tomorrow);
    expect(later.guesses).toEqual([]);
  });

  test('is not forgiven by a right secret in between: four guesses and a log-in, again and again, are five guesses', () => {
    let account = freshAccount;
    for (let round = 0; round < 8; round += 1) {
      account = guessed(account, home, words(4, `round${round}-`));
      if (blockedUntil(account, home, at) === null) account = succeeded(account, home, at);
    }
    expect(account.guesses).toHaveLength(5);
    expect(blockedUntil(account, home, at)).toBe(tomorrow);
  });

  test('has five again when its block is over', () => {
    const account = withoutThePast(guessed(freshAccount, home, words(5)), policy, tomorrow);
    expect(account).toMatchObject({ guesses: [], blocks: [] });
    expect(blockedUntil(guessed(account, home, words(4), tomorrow), home, tomorrow)).toBeNull();
  });
});

describe('many sources', () => {
  const strangers = (count: number): TrySources[] => Array.from({ length: count }, (_, nth) => [`203.0.113.${nth}`]);
  const attacked = (account: AccessAccount) =>
    strangers(30).reduce((now, sources, nth) => guessed(now, sources, [`s${nth}`]), account);

  test('have twenty failures together; then every unfamiliar one waits', () => {
    const account = attacked(freshAccount);
    expect(account.guesses).toHaveLength(20);
    expect(blockedUntil(account, home, at)).toBe(tomorrow);
  });

  test('do not block a holder at a familiar source, which has five failures of its own', () => {
    const account = attacked(succeeded(freshAccount, home, at));
    expect(blockedUntil(account, cafe, at)).toBe(tomorrow);
    expect(blockedUntil(guessed(account, home, words(4)), home, at)).toBeNull();
    expect(blockedUntil(guessed(account, home, words(5)), home, at)).toBe(tomorrow);
  });

  test('fail once together with the same secret', () => {
    const account = strangers(30).reduce((now, sources) => guessed(now, sources, ['qwerty']), freshAccount);
    expect(account.guesses).toHaveLength(1);
  });

  test('of one /56 have ten failures, of one /48 twenty', () => {
    const inside = (nth: number): TrySources => [`2001:db8:1:${nth}::/64`, '2001:db8:1:0::/56', '2001:db8:1::/48'];
    const account = Array.from({ length: 12 }, (_, nth) => nth).reduce(
      (now, nth) => guessed(now, inside(nth), [`g${nth}`]),
      freshAccount,
    );
    expect(account.guesses).toHaveLength(10);
    expect(blockedUntil(account, inside(99), at)).toBe(tomorrow);
    expect(blockedUntil(account, cafe, at)).toBeNull();
  });
});

test('a source is familiar for ninety days after its last success, and no more than sixteen are', () => {
  const account = succeeded(freshAccount, home, at);
  expect(withoutThePast(account, policy, after(at, 90 * day - 1)).familiar).toHaveLength(1);
  expect(withoutThePast(account, policy, after(at, 90 * day)).familiar).toEqual([]);
  const many = Array.from({ length: 40 }, (_, nth) => `192.0.2.${nth}`).reduce(
    (now, source) => succeeded(now, [source], at),
    freshAccount,
  );
  expect(many.familiar.map(({ source }) => source)).toEqual(
    Array.from({ length: 16 }, (_, nth) => `192.0.2.${nth + 24}`),
  );
});

test('the help desk takes away all blocks and failures, and no familiar source', () => {
  const account = guessed(succeeded(freshAccount, cafe, at), home, words(5));
  expect(isBlocked(account, at)).toBe(true);
  expect(lifted(account)).toEqual({ guesses: [], blocks: [], familiar: [{ source: '198.51.100.1', at }] });
});

test('however guesses come, no source gets more than five a day, no crowd of unfamiliar ones more than twenty, and what is kept stays small', () => {
  const step = fc.record({ source: fc.nat(12), secret: fc.nat(200), right: fc.nat(40), minutes: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      let account = freshAccount;
      let now: Instant = at;
      const heard: { source: string; secret: number; at: Instant; familiar: boolean }[] = [];
      for (const { source: nth, secret, right, minutes } of steps) {
        now = after(now, minutes * 60_000);
        account = withoutThePast(account, policy, now);
        const source = `192.0.2.${nth}`;
        if (blockedUntil(account, [source], now) !== null) continue;
        const familiar = account.familiar.some((each) => each.source === source);
        if (right === 0 && nth < 3) account = succeeded(account, [source], now);
        else {
          const before = account.guesses.length;
          account = failed(account, { sources: [source], mac: String(secret), at: now }, policy).next;
          if (account.guesses.length > before) heard.push({ source, secret, at: now, familiar });
        }
        const lastDay = heard.filter((each) => each.at > now - day);
        expect(lastDay.filter((each) => each.source === source).length).toBeLessThanOrEqual(5);
        expect(lastDay.filter((each) => !each.familiar).length).toBeLessThanOrEqual(20);
        expect(account.guesses.length).toBeLessThanOrEqual(20 + 16 * 5);
      }
    }),
  );
});
