import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { indexedRules } from './rule-index.ts';

/** The pages whose every statement names the spec that shows it. */
export const pagesOfEvidence = ['docs/SECURITY.md', 'docs/RFC6109.md', 'docs/CONTRIBUTING.md'];

/** What is read: the text of such a page, and where it lies. */
interface Page {
  readonly path: string;
  readonly text: string;
}

/**
 * What is wrong with a page that names specs and rules: a path that does not exist, a rule that docs/RULES.md does not
 * list, a row of a table that names no spec where its heading promises one. Paths are relative to `root`.
 */
export function rotInEvidence(root: string, { path, text }: Page, rules: string): string[] {
  const known = new Set(indexedRules(rules).map(({ id }) => id));
  const named = Array.from(text.matchAll(/`([^`\n]+)`/g), ([, quoted = '']) => quoted);
  const gone = named.filter((each) => /\/.*\.(?:ts|md|json)$/.test(each) && !existsSync(join(root, each)));
  const unknown = named.filter((each) => /^[A-Z][A-Z0-9]+(?:-[A-Z0-9.]+)+$/.test(each) && !known.has(each));
  return [
    ...gone.map((each) => `${path}: ${each} does not exist`),
    ...unknown.map((each) => `${path}: the rule ${each} is not in docs/RULES.md`),
    ...rowsWithoutSpec(text).map((row) => `${path}: no spec is named by: ${row}`),
  ];
}

/** Rows of the tables whose last column is called spec, where that column names none. */
function rowsWithoutSpec(text: string): string[] {
  let promises = false;
  return text.split('\n').filter((line) => {
    if (!line.startsWith('|')) {
      promises = false;
      return false;
    }
    const last = line.split('|').at(-2)?.trim() ?? '';
    if (last === 'spec') promises = true;
    return promises && last !== 'spec' && !/^-+$/.test(last) && !/`[^`]+spec\.ts`/.test(last);
  });
}
