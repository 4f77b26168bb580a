import { expect, test } from '@jest/globals';
import { breachesOfConvention } from './conventions.ts';

const refused = { '4XX': { description: 'A refusal' } };
const whole = {
  openapi: '3.1.0',
  info: { title: 'Boxes', version: '1', license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' } },
  servers: [{ url: 'https://boxes.example' }],
  paths: {
    '/boxes': {
      get: {
        operationId: 'list',
        summary: 'Lists boxes',
        security: [],
        responses: { '200': { description: '' }, ...refused },
      },
    },
  },
};

test('a whole document keeps all conventions', async () => {
  expect(await breachesOfConvention('boxes.json', JSON.stringify(whole))).toEqual([]);
});

test('each convention that a document breaks is told with its place', async () => {
  const [route] = [{ ...whole.paths['/boxes'].get, responses: { '200': { description: '' } } }];
  const document = { ...whole, servers: [], paths: { '/boxes': { get: route } } };
  expect(await breachesOfConvention('boxes.json', JSON.stringify(document))).toEqual([
    'boxes.json#/servers: Servers must be a non-empty array. (no-empty-servers)',
    'boxes.json#/paths/~1boxes/get/responses: Operation must have at least one `4XX` response. (operation-4xx-response)',
  ]);
});
