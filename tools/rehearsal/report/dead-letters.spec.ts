import { expect, test } from '@jest/globals';
import { SuiteServices } from '../suite-services.ts';
import { answerJson, smallDoor } from '../test/small-door.ts';
import { countOpenDeadLetters, openDeadLetters } from './dead-letters.ts';

const letter = (id: string) => ({ id, topic: 'migration.moves.v1', key: 'chiave', cause: 'no JSON' });

test('open dead letters are counted over all services and pages; a service without that door has none', async () => {
  const pages: Record<string, object> = {
    '/dead-letters?limit=200': { items: [letter('a'), letter('b')], next: 'b' },
    '/dead-letters?limit=200&after=b': { items: [letter('c')], next: null },
  };
  const mailbox = await smallDoor((request, response) => answerJson(response, 200, pages[request.url ?? '']));
  const mute = await smallDoor((_, response) => answerJson(response, 404, { type: 'request/no-such-route' }));
  const services = new SuiteServices({ mailbox: mailbox.url, 'audit-log': mute.url }, 'operatore');
  try {
    expect((await openDeadLetters(services, 'mailbox')).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(await openDeadLetters(services, 'audit-log')).toEqual([]);
    expect(await countOpenDeadLetters(services)).toBe(3);
  } finally {
    await Promise.all([mailbox.close(), mute.close()]);
  }
});

test('a door that may not be used is no empty one', async () => {
  const door = await smallDoor((_, response) => answerJson(response, 403, { type: 'request/not-permitted' }));
  try {
    const services = new SuiteServices({ mailbox: door.url }, 'operatore');
    await expect(countOpenDeadLetters(services)).rejects.toThrow('403');
  } finally {
    await door.close();
  }
});
