import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { CampaignFigures } from './campaign-figures.ts';
import type { Change, MoveState } from './campaign-figures.ts';

const moved = (move: string, to: MoveState, at = '2010-08-03T08:00:00Z'): Change => ({
  kind: 'move',
  move,
  to,
  at: parseInstant(at),
});

function after(...changes: readonly Change[]): CampaignFigures {
  const figures = new CampaignFigures();
  for (const change of changes) figures.apply(change);
  return figures;
}

const none = { planned: 0, announced: 0, confirmed: 0, completed: 0, lapsed: 0, refused: 0 };

describe('the figures of a campaign', () => {
  test('are nothing before the first fact', () => {
    const { campaign, rows, moves, days, mail, notices } = new CampaignFigures();
    expect([campaign, rows, days]).toEqual([null, null, []]);
    expect(moves).toEqual(none);
    expect(mail).toEqual({ messages: 0, receipts: 0, delivered: 0, notDelivered: 0 });
    expect(notices).toEqual({ sent: 0, delivered: 0, failed: 0 });
  });

  test('count each move once, in the state to which it has come', () => {
    const { moves } = after(
      moved('a', 'planned'),
      moved('b', 'planned'),
      moved('a', 'announced'),
      moved('a', 'confirmed'),
    );
    expect(moves).toEqual({ ...none, planned: 1, confirmed: 1 });
  });

  test('are the same when the facts of two topics come in the other order', () => {
    expect(after(moved('a', 'confirmed'), moved('a', 'announced'), moved('a', 'planned')).moves).toEqual({
      ...none,
      confirmed: 1,
    });
  });

  test('put what happened a minute before midnight in Rome on that day, not on the day of UTC', () => {
    const { days } = after(
      moved('a', 'completed', '2010-08-03T22:30:00Z'),
      moved('b', 'completed', '2010-08-03T21:59:00Z'),
      moved('c', 'confirmed', '2010-08-03T21:59:00Z'),
    );
    expect(days).toEqual([
      { day: '2010-08-03', confirmed: 1, completed: 1 },
      { day: '2010-08-04', confirmed: 0, completed: 1 },
    ]);
  });

  test('count a delivery as one of the receipts, and a taking in charge as a receipt alone', () => {
    const { mail } = after(
      { kind: 'receipt', figure: 'messages' },
      { kind: 'receipt' },
      { kind: 'receipt', figure: 'delivered' },
    );
    expect(mail).toEqual({ messages: 1, receipts: 3, delivered: 1, notDelivered: 0 });
  });
});
