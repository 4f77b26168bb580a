import { describe, expect, test } from '@jest/globals';
import { DocumentedAnswers } from './documented-answers.ts';

const box = {
  type: 'object',
  properties: { address: { type: 'string' }, openedAt: { type: 'string', format: 'date-time' } },
  required: ['address', 'openedAt'],
  additionalProperties: false,
};
const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
const read = {
  responses: { '200': { content: { 'application/json': { schema: box } } }, '4XX': { content: problem } },
};
const documented = new DocumentedAnswers({
  boxes: {
    paths: { '/boxes/{address}': { get: read, delete: { responses: { '204': {} } } } },
    components: { schemas: { Problem: { type: 'object', required: ['type'] } } },
  },
});
const json = 'application/json; charset=utf-8';
const sent = { method: 'GET', route: '/boxes/:address', status: 200, contentType: json };
const whole = { address: 'mario@pec.example', openedAt: '2010-08-02T07:00:00Z' };
const removed = { ...sent, method: 'DELETE', status: 204, contentType: undefined, body: undefined };

describe('an answer that the document tells', () => {
  test.each([
    ['a body as its schema says', { ...sent, body: JSON.stringify(whole) }],
    ['a refusal', { ...sent, status: 404, contentType: 'application/problem+json', body: '{"type":"box/unknown"}' }],
    ['no body where none is told', removed],
    ['a route that no document knows', { ...sent, route: '/console', status: 599, body: '{}' }],
  ])('is no deviation: %s', (_, answer) => {
    expect(documented.deviationOf(answer)).toBeUndefined();
  });
});

describe('an answer that the document does not tell', () => {
  test.each([
    ['another status', { ...sent, status: 500, body: '{}' }, 'answered 500: docs/api/boxes.json tells no such status'],
    [
      'another type',
      { ...sent, contentType: 'text/html', body: '' },
      'answered 200: docs/api/boxes.json tells no text/html there',
    ],
    [
      'a field left out',
      { ...sent, body: '{"address":"a"}' },
      `answered 200: the body must have required property 'openedAt' ({"address":"a"})`,
    ],
    [
      'a field more',
      { ...sent, body: JSON.stringify({ ...whole, pin: '1' }) },
      'answered 200: the body must NOT have additional properties: pin',
    ],
    [
      'an instant that is none',
      { ...sent, body: JSON.stringify({ ...whole, openedAt: '2 August' }) },
      'answered 200: /openedAt must match format "date-time"',
    ],
    [
      'a refusal without its code',
      { ...sent, status: 404, contentType: 'application/problem+json', body: '{}' },
      `answered 404: the body must have required property 'type' ({})`,
    ],
    ['a body where none is told', { ...removed, body: '{}' }, 'answered 204: it has a body'],
  ])('is told with its place: %s', (_, answer, words) => {
    expect(documented.deviationOf(answer)).toContain(words);
  });
});
