import { expect, test } from '@jest/globals';
import { personsIn, readableBody } from './letter-body.ts';

const mario = 'e7813ab2-9c9c-85bc-86cb-40c5bf165603';

test('what a record says is laid out when it is JSON, and shown as it came otherwise', () => {
  expect(readableBody('{"a":{"b":1}}')).toBe('{\n  "a": {\n    "b": 1\n  }\n}');
  expect(readableBody('{"a":')).toBe('{"a":');
  expect(readableBody(null)).toBe('');
});

test.each([
  [`{"holder":"${mario.toUpperCase()}"}`, null, [mario]],
  ['{"holder":7}', mario, [mario]],
  ['{"holder":"<script>"}', 'base64:AA', []],
  ['{"other":1}', mario, []],
  ['null', mario, []],
  ['{', mario, []],
])('the persons whom %s under the key %s concerns are %j', (body, key, persons) => {
  expect(personsIn(body, key)).toEqual(persons);
});
