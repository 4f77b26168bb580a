import { describe, expect, test } from '@jest/globals';
import { mailboxStates } from '@recapito/capability';
import type { MailboxState } from '@recapito/capability';
import { isRefusal } from '@recapito/primitives';
import { mailboxCommands, nextState } from './mailbox.ts';

/** The whole life of a box, typed by hand: a letter names the state a command leads to, a dot is a refusal. */
const letters: Readonly<Record<string, MailboxState>> = {
  R: 'reserved',
  A: 'active',
  S: 'suspended',
  I: 'receive-only',
  L: 'read-only',
  X: 'expired',
  C: 'closed',
  W: 'withdrawn',
  D: 'deleted',
};

//                reserve activate suspend resume receiving reading expire close withdraw delete
const life: Readonly<Record<MailboxState, string>> = {
  requested: '      R       A        .       .       .        .       X     C      W       .',
  reserved: '       .       A        .       .       .        .       X     C      W       .',
  active: '         .       .        S       .       I        L       .     C      W       .',
  suspended: '      .       .        .       A       .        .       .     C      W       .',
  'receive-only': ' .       .        .       A       .        L       .     C      W       .',
  'read-only': '    .       .        .       .       .        .       .     C      W       .',
  expired: '        .       .        .       .       .        .       .     .      .       D',
  closed: '         .       .        .       .       .        .       .     .      .       D',
  withdrawn: '      .       .        .       .       .        .       .     .      .       D',
  deleted: '        .       .        .       .       .        .       .     .      .       .',
};

// @rule BOX-LIFE
describe('the life of a box', () => {
  for (const state of mailboxStates) {
    const columns = life[state].trim().split(/ +/);
    test.each(mailboxCommands.map((command, index) => [command, columns[index]] as const))(
      `${state}, asked to %s, answers %s`,
      (command, letter) => {
        const next = nextState(state, command);
        if (letter === '.') {
          expect(next).toMatchObject({ refused: 'mailbox/not-in-that-state', details: { state, command } });
        } else {
          expect(next).toBe(letters[letter ?? '']);
        }
      },
    );
  }

  test('no command leads out of deleted, and every other state has a way to it', () => {
    const reaches = (from: MailboxState, seen: readonly MailboxState[] = []): boolean =>
      from === 'deleted' ||
      mailboxCommands
        .map((command) => nextState(from, command))
        .some((next) => !isRefusal(next) && !seen.includes(next) && reaches(next, [...seen, from]));
    for (const state of mailboxStates) expect(reaches(state)).toBe(true);
    for (const command of mailboxCommands) expect(isRefusal(nextState('deleted', command))).toBe(true);
  });

  test('a box that only reads never becomes one that sends', () => {
    for (const command of mailboxCommands) {
      const next = nextState('read-only', command);
      expect(next).not.toBe('active');
    }
  });
});
