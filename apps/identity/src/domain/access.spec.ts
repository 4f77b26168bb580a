import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { after, instant, parseInstant } from '@recapito/primitives';
import { debit, freshAccount, lifted, settle } from './access.ts';
import type { AccessAccount, LockPolicy } from './access.ts';

const at = parseInstant('2010-08-10T10:00:00Z');
const now = parseInstant('2026-11-22T10:00:00Z');
const day = 86_400_000;
const policy: LockPolicy = { attempts: 5, blockMs: day, debitMs: 60_000 };

function debited(account: AccessAccount, suite = at, system = now): AccessAccount {
  const decision = debit(account, policy, suite, system);
  if (decision === 'wait' || 'blockedUntil' in decision) throw new Error(`not debited: ${JSON.stringify(decision)}`);
  return decision.next;
}

function failed(account: AccessAccount, times: number): AccessAccount {
  let next = account;
  for (let time = 0; time < times; time += 1) next = settle(debited(next), 'failed', policy, at);
  return next;
}

describe('the account of attempts', () => {
  test('four failures leave the fifth attempt free, and its success forgets them', () => {
    const four = failed(freshAccount, 4);
    expect(four).toMatchObject({ failures: 4, blockedUntil: null });
    expect(settle(debited(four), 'accepted', policy, at)).toMatchObject({ failures: 0, debits: 0, blockedUntil: null });
  });

  test('the fifth failure blocks for 24 hours of the suite clock from that instant, exclusive', () => {
    const blocked = failed(freshAccount, 5);
    expect(blocked).toMatchObject({ blockedFrom: at, blockedUntil: parseInstant('2010-08-11T10:00:00Z') });
    expect(debit(blocked, policy, parseInstant('2010-08-11T09:59:59.999Z'), now)).toEqual({
      blockedUntil: parseInstant('2010-08-11T10:00:00Z'),
    });
    expect(debited(blocked, parseInstant('2010-08-11T10:00:00Z'))).toMatchObject({
      failures: 0,
      debits: 1,
      blockedUntil: null,
    });
  });

  test('as many may be under way as failures are left, and the next one waits', () => {
    let account = failed(freshAccount, 2);
    for (let time = 0; time < 3; time += 1) account = debited(account);
    expect(account).toMatchObject({ failures: 2, debits: 3 });
    expect(debit(account, policy, at, now)).toBe('wait');
  });

  test('an attempt that was never hashed is given back and counts for nothing', () => {
    const account = failed(freshAccount, 3);
    expect(settle(debited(account), 'returned', policy, at)).toMatchObject({ failures: 3, debits: 0 });
  });

  test('debits that a dead process left count as failures after a minute, but alone they never block', () => {
    let account = freshAccount;
    for (let time = 0; time < 5; time += 1) account = debited(account);
    expect(debit(account, policy, at, after(now, 59_999))).toBe('wait');
    expect(debited(account, at, after(now, 60_000))).toMatchObject({ failures: 4, debits: 1, blockedUntil: null });
  });

  test('the help desk takes away a block and the failures that led to it', () => {
    expect(lifted(failed(freshAccount, 5))).toMatchObject({ failures: 0, blockedFrom: null, blockedUntil: null });
  });

  test('however attempts overlap, no more than five wrong ones are ever judged before the block', () => {
    const steps = fc.array(fc.constantFrom('begin', 'fail', 'return'), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (sequence) => {
        let account = freshAccount;
        let underWay = 0;
        let judgedWrong = 0;
        for (const step of sequence) {
          if (step === 'begin') {
            const decision = debit(account, policy, at, now);
            if (decision === 'wait' || 'blockedUntil' in decision) continue;
            account = decision.next;
            underWay += 1;
          } else if (underWay > 0) {
            underWay -= 1;
            if (step === 'fail') judgedWrong += 1;
            account = settle(account, step === 'fail' ? 'failed' : 'returned', policy, at);
          }
          expect(judgedWrong + underWay).toBeLessThanOrEqual(5);
        }
        expect(account.blockedUntil !== null).toBe(judgedWrong === 5);
      }),
    );
  });

  test('an account never holds fewer than no debits, whatever is settled twice', () => {
    expect(settle(freshAccount, 'returned', policy, instant(0)).debits).toBe(0);
  });
});
