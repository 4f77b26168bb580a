import { describe, expect, test } from '@jest/globals';
import { derivedId, instant } from '@recapito/primitives';
import { lateSwitchIn } from './late-switch.ts';

const completed = {
  move: derivedId('spec-move', 'a'),
  campaign: 'inps-2010',
  holder: derivedId('spec-holder', 'a'),
  from: 'a@inpspec.gov.it',
  to: 'a.b@postacertificata.gov.it',
  confirmedAt: instant(0),
  completedAt: instant(90_000_000),
  late: true,
};
const type = 'it.recapito.migration.moves.move-completed';
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

// @rule FINDING-LATE-SWITCH
describe('a record that tells of a move', () => {
  test('completed too late is a finding', () => {
    expect(lateSwitchIn(type, bytes(completed))).toEqual(completed);
  });

  test.each([
    ['completed in time', type, bytes({ ...completed, late: false })],
    ['that ended otherwise', 'it.recapito.migration.moves.move-lapsed', bytes(completed)],
    ['in words that nobody can read', type, new TextEncoder().encode('{"late": true')],
    ['in other words than its contract', type, bytes({ late: true })],
    ['and says nothing', type, null],
  ])('%s is none', (_, of, value) => {
    expect(lateSwitchIn(of, value)).toBeNull();
  });
});
