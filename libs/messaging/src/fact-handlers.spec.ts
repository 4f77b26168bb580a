import { expect, test } from '@jest/globals';
import { event } from '@recapito/contracts';
import { z } from 'zod';
import { FactHandlers } from './fact-handlers.ts';

test('the causes that are over are those of types and versions that this process knows', () => {
  const definition = event('migration.moves.v1', 'spec-noted', z.object({}), 2);
  const handlers = new FactHandlers([{ definition, handle: () => Promise.resolve() }], {
    'migration.moves.v1': ['spec-ignored'],
  });
  expect(handlers.known).toEqual([
    { topic: 'migration.moves.v1', cause: 'PermanentFailure: nobody here knows the type spec-noted' },
    { topic: 'migration.moves.v1', cause: 'PermanentFailure: nobody here knows the type spec-ignored' },
    { topic: 'migration.moves.v1', cause: 'PermanentFailure: spec-noted has version 2, % is known here' },
  ]);
});
