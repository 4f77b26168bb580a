import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { breaches } from './boundaries.ts';
import { boundaryRules } from './boundary-rules.ts';

const fixtures = new URL('fixtures', import.meta.url).pathname;
const rules = boundaryRules.map((rule) => String(rule.name));

test('every boundary has a fixture and every fixture a boundary', () => {
  expect(readdirSync(fixtures).sort()).toEqual([...rules].sort());
});

test.each(rules)('code that breaks "%s" is caught', async (rule) => {
  const root = `${fixtures}/${rule}`;
  const folders = ['apps', 'libs', 'tools'].filter((folder) => existsSync(`${root}/${folder}`));
  const found = await breaches(root, folders);
  expect(found.map((breach) => breach.rule)).toContain(rule);
});
