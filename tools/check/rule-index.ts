import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of docs/RULES.md. */
interface IndexedRule {
  readonly id: string;
  readonly sentence: string;
  readonly source: string;
  readonly file: string;
  readonly test: string;
}

/** A rule id as code writes it: upper-case words joined by hyphens, as INPS-MOVE-WINDOW or RFC6109-3.1.1-3. */
const ruleId = /^[A-Z][A-Z0-9]*(-[A-Z0-9.]+)+$/;

/** The rules that docs/RULES.md lists, in its order. */
export function indexedRules(markdown: string): IndexedRule[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [id = '', sentence = '', source = '', file = '', test = ''] = line
        .slice(1)
        .split('|')
        .map((cell) => cell.trim());
      return {
        id: id.replaceAll('`', ''),
        sentence,
        source,
        file: file.replaceAll('`', ''),
        test: test.replaceAll('`', ''),
      };
    });
}

/** The files in which rules are looked for, relative to the root. */
interface SearchedFiles {
  /** The product's own sources: what a refusal in them names is applied. */
  readonly sources: readonly string[];
  /** Every module, specs too: tags in them name rules. */
  readonly modules: readonly string[];
}

/**
 * What is wrong with the map of the rules: a file that is gone or no longer names its rule, a test that is gone or has no
 * tag of it, an id listed twice, a rule that the code applies or a tag names and the map does not know, a tag of a spec
 * that stands above no test.
 */
export function rotInRuleIndex(root: string, markdown: string, { sources, modules }: SearchedFiles): string[] {
  const listed = indexedRules(markdown);
  const ids = listed.map((rule) => rule.id);
  const known = new Set(ids);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const unknown = [...rulesInCode(root, sources)].filter(([id]) => !known.has(id));
  return [
    ...listed.flatMap((rule) => faultsOf(root, rule)),
    ...twice.map((id) => `${id} is listed twice`),
    ...unknown.map(([id, file]) => `${id} is applied in ${file} and missing from docs/RULES.md`),
    ...modules.flatMap((file) => faultsOfTags(file, textOf(root, file) ?? '', known)),
  ];
}

function faultsOf(root: string, rule: IndexedRule): string[] {
  const faults: string[] = [];
  if (!ruleId.test(rule.id)) faults.push(`"${rule.id}" is not a rule id`);
  if (rule.sentence === '' || rule.source === '') faults.push(`${rule.id} lacks its sentence or its source`);
  const code = textOf(root, rule.file);
  if (code === undefined) faults.push(`${rule.id}: ${rule.file} does not exist`);
  else if (![...taggedIn(code), ...quotedIn(code)].includes(rule.id))
    faults.push(`${rule.id}: ${rule.file} does not name it`);
  const test = textOf(root, rule.test);
  if (test === undefined) faults.push(`${rule.id}: its test ${rule.test} does not exist`);
  else if (!taggedIn(test).includes(rule.id))
    faults.push(`${rule.id}: its test ${rule.test} has no tag of it above the test that shows it`);
  return faults;
}

function faultsOfTags(file: string, text: string, known: ReadonlySet<string>): string[] {
  const unknown = taggedIn(text).filter((id) => !known.has(id));
  const stray = file.endsWith('spec.ts') ? tagsAboveNoTest(text) : [];
  return [
    ...new Set(unknown.map((id) => `${id} is named by a tag in ${file} and missing from docs/RULES.md`)),
    ...stray.map((line) => `${file}:${line}: a tag stands above no test`),
  ];
}

/** Ids that stand in quotes: refusals name their rules so. */
function quotedIn(text: string): string[] {
  return Array.from(text.matchAll(/['"]([A-Z][A-Z0-9]*(?:-[A-Z0-9.]+)+)['"]/g), ([, id = '']) => id);
}

/** The ids that tags name: `@rule`, then one id or several with a blank between. */
function taggedIn(text: string): string[] {
  const tags = text.matchAll(/@rule((?: [A-Z][A-Z0-9]*(?:-[A-Z0-9.]+)+)+)/g);
  return Array.from(tags, ([, ids = '']) => ids.trim().split(' ')).flat();
}

/** The lines, counted from 1, whose tag is followed by no `test` or `describe`. */
function tagsAboveNoTest(text: string): number[] {
  const lines = text.split('\n');
  const isTag = (line: string) => /^\s*\/\/ @rule /.test(line);
  return lines.flatMap((line, index) => {
    const next = lines[index + 1] ?? '';
    return isTag(line) && !isTag(next) && !/^\s*(?:test|describe)\b/.test(next) ? [index + 1] : [];
  });
}

function textOf(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

/** Rule ids that stand as string literals in the sources, each with the first file that applies it. */
function rulesInCode(root: string, sources: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of sources) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, id = ''] of text.matchAll(/(?:rule: |refuse\(\s*'[^']+',\s*)'([A-Z][A-Z0-9]*(?:-[A-Z0-9.]+)+)'/g))
      if (!found.has(id)) found.set(id, file);
  }
  return found;
}
