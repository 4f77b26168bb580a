import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { mailboxStates } from '@recapito/capability';
import { mailboxCommands, mailboxLife } from '../src/domain/mailbox.ts';

/** The life of a box as a diagram, from the table that decides it. */
function diagram(): string {
  const arrows = mailboxStates.flatMap((state) =>
    mailboxCommands.flatMap((command) => {
      const next = mailboxLife[state][command];
      return next === null ? [] : [`  ${state} --> ${next}: ${command}`];
    }),
  );
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> requested',
    '  [*] --> reserved',
    '  [*] --> active',
    ...arrows,
    '  deleted --> [*]',
    '```',
  ].join('\n');
}

test('the README draws the life of a box as the table has it', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(/```mermaid[^]*?```/.exec(readme)?.[0]).toBe(diagram());
});
