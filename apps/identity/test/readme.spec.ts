import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { enrolmentTable } from '../src/domain/enrolment.ts';
import { pinTable } from '../src/domain/pin.ts';
import { stateDiagram } from './state-diagram.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const drawn = [...readme.matchAll(/```mermaid\n[\s\S]*?```/g)].map(([diagram]) => diagram);

describe('the drawings in the README', () => {
  test('show the tables as they are, in their order', () => {
    expect(drawn).toEqual([stateDiagram(enrolmentTable, 'opened'), stateDiagram(pinTable, 'initial')]);
  });
});
