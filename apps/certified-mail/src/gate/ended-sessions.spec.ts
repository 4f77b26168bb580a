import { describe, expect, test } from '@jest/globals';
import { EndedSessions } from './ended-sessions.ts';

const anna = '0b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d';
const mario = '1b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d';
const shown = '2b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d';
const noon = 1_793_102_400_000;
const epoch = 0;

// @rule CITIZEN-SESSION-ENDED
describe('the sessions that were ended', () => {
  test('are those of the holder up to the last end, in whatever order the ends are learned', () => {
    const ended = new EndedSessions();
    expect(ended.take({ holder: anna, appendedMs: noon, epoch })).toBe(true);
    expect(ended.take({ holder: anna, appendedMs: noon - 60_000, epoch })).toBe(false);
    expect(ended.endedMs(anna, shown)).toBe(noon);
    expect(ended.endedMs(mario, shown)).toBeUndefined();
  });

  // @rule SESSIONS-OF-BEFORE
  test('are not the one in which the holder changed a secret, until the next end', () => {
    const [ended, written] = [new EndedSessions(), new EndedSessions()];
    ended.take({ holder: anna, kept: shown, appendedMs: noon, epoch });
    written.read(ended.written());
    for (const each of [ended, written]) {
      expect([each.endedMs(anna, shown), each.endedMs(anna, mario)]).toEqual([undefined, noon]);
      expect(each.take({ holder: anna, appendedMs: noon, epoch })).toBe(true);
      expect(each.take({ holder: anna, kept: shown, appendedMs: noon, epoch })).toBe(false);
      expect(each.endedMs(anna, shown)).toBe(noon);
    }
    const everybody = new EndedSessions();
    everybody.take({ holder: anna, kept: shown, appendedMs: noon + 5, epoch: noon });
    expect(everybody.endedMs(anna, shown)).toBe(noon);
  });

  test('are remembered while one of them could still be shown, for fifteen minutes and five of skew, and no longer', () => {
    const ended = new EndedSessions();
    ended.take({ holder: anna, appendedMs: noon, epoch });
    ended.forget(noon + 20 * 60_000);
    expect(ended.endedMs(anna, shown)).toBe(noon);
    ended.forget(noon + 20 * 60_000 + 1);
    expect(ended.endedMs(anna, shown)).toBeUndefined();
    expect(ended.size).toBe(0);
  });

  test('stand in what is written, and are added to what is known when it is read', () => {
    const before = new EndedSessions();
    before.take({ holder: anna, appendedMs: noon, epoch: noon - 3_600_000 });
    const after = new EndedSessions();
    after.take({ holder: anna, appendedMs: noon + 5, epoch: noon - 3_600_000 });
    after.take({ holder: mario, appendedMs: noon + 1, epoch: noon - 3_600_000 });
    after.read(before.written());
    expect([after.endedMs(anna, shown), after.endedMs(mario, shown)]).toEqual([noon + 5, noon + 1]);
    const alone = new EndedSessions();
    alone.read(before.written());
    expect(alone.endedMs(anna, shown)).toBe(noon);
    expect(alone.endedMs(mario, shown)).toBe(noon - 3_600_000);
  });

  test('are those of everybody from before a new epoch of identity, which may be numbered ahead of the clock', () => {
    const ended = new EndedSessions();
    ended.take({ holder: undefined, appendedMs: noon + 9_000, epoch: noon + 30_000 });
    expect(ended.endedMs(anna, shown)).toBe(noon + 9_000);
    // The first fact of the epoch stands in another partition.
    ended.take({ holder: undefined, appendedMs: noon + 1_000, epoch: noon + 30_000 });
    expect(ended.endedMs(anna, shown)).toBe(noon + 1_000);
    // A minute later, facts of the same epoch and late ones of the epoch before end nothing.
    ended.take({ holder: undefined, appendedMs: noon + 60_000, epoch: noon + 30_000 });
    ended.take({ holder: undefined, appendedMs: noon + 61_000, epoch: 0 });
    expect(ended.endedMs(anna, shown)).toBe(noon + 1_000);
  });
});
