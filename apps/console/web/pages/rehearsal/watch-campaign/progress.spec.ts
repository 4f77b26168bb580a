import { describe, expect, test } from '@jest/globals';
import { progressOf } from './progress.ts';

const moves = { planned: 0, announced: 0, confirmed: 0, completed: 0, lapsed: 0, refused: 0 };
const run = {
  programme: 'inps-2010',
  stage: 'import' as const,
  imports: 1_000,
  bound: 1_800,
  ends: 2_000,
  rows: { read: 20, of: 20 },
  deaths: [],
};

describe('how far a run is', () => {
  test('is nothing to tell where nobody drives', () => {
    expect(progressOf({ run: null, moves, clock: 1_000 })).toBeNull();
  });

  test('is told by rows while the cohort is read', () => {
    expect(
      progressOf({ run: { ...run, rows: { read: 5, of: 20 } }, moves: { ...moves, planned: 5 }, clock: 1_000 }),
    ).toEqual({
      words: 'reading',
      part: 'import',
      count: { done: 5, of: 20 },
      done: 0,
    });
  });

  test('is told by announcements that have arrived, once all rows are read; who cannot move waits for none', () => {
    expect(progressOf({ run, moves: { ...moves, planned: 12, announced: 4, refused: 2 }, clock: 1_000 })).toEqual({
      words: 'import',
      part: 'import',
      count: { done: 4, of: 16 },
      done: 0.25,
    });
  });

  test.each([
    [1_000, 0],
    [1_250, 0.25],
    [2_000, 1],
    [2_500, 1],
  ])('at %i of the suite clock %d of the campaign has passed', (clock, done) => {
    expect(progressOf({ run: { ...run, stage: 'campaign' }, moves, clock })).toEqual({
      words: 'campaign',
      part: 'campaign',
      clock,
      done,
    });
  });

  test.each(['trace', 'ended', 'failed', 'starting'] as const)('is %s in its own words', (stage) => {
    expect(progressOf({ run: { ...run, stage }, moves, clock: 2_000 })?.words).toBe(stage);
  });
});
