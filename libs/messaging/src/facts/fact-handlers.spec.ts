import { describe, expect, test } from '@jest/globals';
import { communicationFailed, event, eventsOf } from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import { z } from 'zod';
import { FactHandlers } from './fact-handlers.ts';

const handlerOf = (definition: EventDefinition) => ({ definition, handle: () => Promise.resolve() });
const ignored = event('migration.moves.v1', 'spec-ignored', z.object({}));

test('the causes that are over are those of types and versions that this process knows', () => {
  const definition = event('migration.moves.v1', 'spec-noted', z.object({}), 2);
  const handlers = new FactHandlers([handlerOf(definition)], [...eventsOf('migration.moves.v1'), ignored]);
  expect(handlers.known).toEqual([
    { topic: 'migration.moves.v1', cause: 'PermanentFailure: nobody here knows the type spec-noted' },
    ...eventsOf('migration.moves.v1').map(({ type }) => ({
      topic: 'migration.moves.v1',
      cause: `PermanentFailure: nobody here knows the type ${type}`,
    })),
    { topic: 'migration.moves.v1', cause: 'PermanentFailure: nobody here knows the type spec-ignored' },
    { topic: 'migration.moves.v1', cause: 'PermanentFailure: spec-noted has version 2, % is known here' },
  ]);
});

// @rule EVENTS-HANDLED
describe('a service that reads a topic', () => {
  const topic = 'notification.communications.v1';
  const others = eventsOf(topic).filter(({ type }) => type !== communicationFailed.type);

  test('starts when it handles or ignores each event of it', () => {
    expect(new FactHandlers([handlerOf(communicationFailed)], others).topics).toEqual([topic]);
  });

  test('does not start when it does neither, and says of which', () => {
    const some = others.filter(({ type }) => type !== 'communication-asked' && type !== 'communication-delivered');
    expect(() => new FactHandlers([handlerOf(communicationFailed)], some)).toThrow(
      `neither handled nor ignored: ${topic}/communication-asked, ${topic}/communication-delivered`,
    );
  });

  test('does not start when it does both', () => {
    expect(() => new FactHandlers([handlerOf(communicationFailed)], eventsOf(topic))).toThrow(
      `handled and ignored: ${topic}/communication-failed`,
    );
  });
});
