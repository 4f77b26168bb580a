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

/**
 * What is wrong with the map of the rules: a file that is gone or no longer names its rule, a test that is gone,
 * an id listed twice, a rule that the code applies and the map does not know.
 */
export function rotInRuleIndex(root: string, markdown: string, sources: readonly string[]): string[] {
  const listed = indexedRules(markdown);
  const faults = listed.flatMap((rule) => faultsOf(root, rule));
  const ids = listed.map((rule) => rule.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const known = new Set(ids);
  const unknown = [...rulesInCode(root, sources)].filter(([id]) => !known.has(id));
  return [
    ...faults,
    ...twice.map((id) => `${id} is listed twice`),
    ...unknown.map(([id, file]) => `${id} is applied in ${file} and missing from docs/RULES.md`),
  ];
}

function faultsOf(root: string, rule: IndexedRule): string[] {
  const faults: string[] = [];
  if (!ruleId.test(rule.id)) faults.push(`"${rule.id}" is not a rule id`);
  if (rule.sentence === '' || rule.source === '') faults.push(`${rule.id} lacks its sentence or its source`);
  const code = textOf(root, rule.file);
  if (code === undefined) faults.push(`${rule.id}: ${rule.file} does not exist`);
  else if (!code.includes(rule.id)) faults.push(`${rule.id}: ${rule.file} does not name it`);
  if (textOf(root, rule.test) === undefined) faults.push(`${rule.id}: its test ${rule.test} does not exist`);
  return faults;
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
