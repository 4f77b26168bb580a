import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { august, migrationStage } from './stage.ts';

const stage = migrationStage();

beforeAll(() => stage.open(august));
afterAll(() => stage.end());

interface Campaigns {
  readonly items: readonly { readonly id: string; readonly state: string }[];
  readonly next: string | null;
}

const listed = async (query = '') =>
  (await stage.call<Campaigns>('GET', `/campaigns${query}`, { as: 'operator' })).body;

test('campaigns are listed in the order of their names, page by page', async () => {
  expect(await listed()).toEqual({ items: [], next: null });
  await stage.call('POST', '/campaigns', { as: 'operator', body: { programme: 'inps-2010' } });
  await stage.client.$executeRaw`
    INSERT INTO campaign SELECT (json_populate_record(campaign, '{"id":"altra-2011","state":"closed"}')).* FROM campaign`;
  const first = await listed('?limit=1');
  expect(first.items).toMatchObject([{ id: 'altra-2011', state: 'closed' }]);
  const second = await listed(`?limit=1&after=${first.next}`);
  expect(second).toMatchObject({ items: [{ id: 'inps-2010', state: 'proposed' }], next: null });
});
