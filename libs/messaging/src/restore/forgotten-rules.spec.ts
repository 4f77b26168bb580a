import { describe, expect, test } from '@jest/globals';
import { actAsked, communicationAsked, eventsOf, movePlanned, topicsWrittenBy } from '@recapito/contracts';
import { instant } from '@recapito/primitives';
import { decidedByOperator, ForgottenRules, nothingKept, repeated, toldAgain } from './forgotten-rules.ts';
import type { ForgottenFact } from './forgotten.ts';
import type { SqlTransaction } from '../sql.ts';

const act = actAsked('notification.readings.v1');
const own = topicsWrittenBy('notification').flatMap((topic) => eventsOf(topic));
const communications = own.filter(({ topic }) => topic === communicationAsked.topic);
const tx = {} as SqlTransaction;

function factOf({ topic, type }: Pick<ForgottenFact, 'topic' | 'type'>, value: object): ForgottenFact {
  const place = { topic, partition: 0, offset: '0', key: 'k' };
  const fixed = { version: 1, sequence: 1, epoch: 0, time: instant(0), foundAt: new Date(0) };
  return { id: 'id', type, ...place, ...fixed, value: JSON.stringify(value) };
}

// @rule FORGOTTEN-RULES-TOTAL
describe('the rules for forgotten facts', () => {
  test('name every event of the service’s own topics, and no other', () => {
    const all = [...communications.map(nothingKept), decidedByOperator(act)];
    expect(() => new ForgottenRules('notification', all)).not.toThrow();
    expect(() => new ForgottenRules('notification', all.slice(1))).toThrow(/communication-\w+ has no rule/);
    expect(() => new ForgottenRules('notification', [...all, toldAgain(movePlanned)])).toThrow(/move-planned/);
    expect(() => new ForgottenRules('notification', [...all, toldAgain(act)])).toThrow(/two rules/);
  });

  test('repeat a change from data that the contract knows, close what left nothing, and leave the rest open', async () => {
    const seen: unknown[] = [];
    const others = communications.filter(({ type }) => type !== communicationAsked.type);
    const rules = new ForgottenRules('notification', [
      repeated(communicationAsked, (_tx, data) => {
        seen.push(data);
        return Promise.resolve(true);
      }),
      ...others.map(toldAgain),
      decidedByOperator(act),
    ]);
    const data = {
      communication: '018f0000-0000-7000-8000-000000000000',
      holder: '018f0000-0000-7000-8000-000000000001',
    };
    const whole = { ...data, kind: 'welcome', channel: 'pec', move: null };
    expect(await rules.rebuild(tx, factOf(communicationAsked, whole))).toBe(true);
    expect(await rules.rebuild(tx, factOf(communicationAsked, { ...whole, kind: 'of another release' }))).toBe(false);
    expect(seen).toEqual([whole]);
    for (const event of others) expect(await rules.rebuild(tx, factOf(event, whole))).toBe(false);
    expect(await rules.rebuild(tx, factOf(act, {}))).toBe(false);
    expect(await rules.rebuild(tx, factOf({ topic: 'notification.dead-letters.v1', type: 'redriven' }, {}))).toBe(true);
    expect(await rules.rebuild(tx, factOf({ topic: act.topic, type: 'of-another-release' }, {}))).toBe(false);
  });
});
