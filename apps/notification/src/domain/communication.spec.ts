import { describe, expect, test } from '@jest/globals';
import {
  communicationCommands,
  communicationId,
  communicationNamed,
  communicationStates,
  communicationTable,
  messageIdOf,
  submissionKey,
} from './communication.ts';

const move = '0195c7a0-0000-8000-8000-000000000001';

// @rule COMMUNICATION-STATES
describe('the life of a communication', () => {
  const walked = `
    asked     submit  -> submitted
    asked     deliver -> delivered
    asked     fail    -> failed
    asked     abandon -> abandoned
    submitted submit  -> submitted
    submitted deliver -> delivered
    submitted fail    -> failed
    submitted abandon -> submitted
    delivered submit  -> delivered
    delivered deliver -> delivered
    delivered fail    -> delivered
    delivered abandon -> delivered
    failed    submit  -> failed
    failed    deliver -> delivered
    failed    fail    -> failed
    failed    abandon -> failed
    abandoned submit  -> submitted
    abandoned deliver -> delivered
    abandoned fail    -> failed
    abandoned abandon -> abandoned`
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/[\s>-]+/));

  test.each(walked)('%s, %s: %s', (from, command, to) => {
    expect(communicationTable[from as 'asked'][command as 'submit']).toBe(to);
  });

  test('has no other states and commands', () => {
    expect(walked).toHaveLength(communicationStates.length * communicationCommands.length);
    expect(Object.keys(communicationTable)).toEqual([...communicationStates]);
    for (const row of Object.values(communicationTable)) expect(Object.keys(row)).toEqual([...communicationCommands]);
  });

  test('ends at a delivery: nothing takes it back', () => {
    expect(new Set(Object.values(communicationTable.delivered))).toEqual(new Set(['delivered']));
  });
});

describe('the name of a communication', () => {
  test('is one for the same notice, and another for another kind, move or generation', () => {
    const one = communicationId('announcement', move, 1);
    expect(communicationId('announcement', move, 1)).toBe(one);
    expect(communicationId('announcement', move, 2)).not.toBe(one);
    expect(communicationId('welcome', move, 1)).not.toBe(one);
    expect(communicationId('announcement', '0195c7a0-0000-8000-8000-000000000002', 1)).not.toBe(one);
  });

  test('stands in the client’s Message-ID, from which it can be read again', () => {
    const messageId = messageIdOf({ id: move, generation: 2 }, 'pec.cittadini@inpspec.gov.it');
    expect(messageId).toBe('<0195c7a0-0000-8000-8000-000000000001.2@inpspec.gov.it>');
    expect(communicationNamed(messageId)).toBe(move);
    expect(submissionKey({ id: move, generation: 2 })).toBe('0195c7a0-0000-8000-8000-000000000001.2');
  });

  test.each(['<abc.123@client.example>', '<0195c7a0.1@inpspec.gov.it>', move, `<${move}@inpspec.gov.it>`, ''])(
    'is not read from the Message-ID %p of somebody else’s client',
    (messageId) => {
      expect(communicationNamed(messageId)).toBeNull();
    },
  );
});
