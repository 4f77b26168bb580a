import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { communicationCommands, communicationStates, communicationTable } from '../src/domain/communication.ts';

test('the diagram in the README is the table of states', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const drawn = /```mermaid\nstateDiagram-v2\n {2}\[\*\] --> asked\n([^]*?)```/.exec(readme)?.[1];
  const lines = communicationStates.flatMap((from) =>
    communicationCommands
      .filter((command) => communicationTable[from][command] !== from)
      .map((command) => `  ${from} --> ${communicationTable[from][command]}: ${command}\n`),
  );
  expect(drawn).toBe(lines.join(''));
});
