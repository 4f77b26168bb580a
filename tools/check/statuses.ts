import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where refusals get their HTTP status: one file an app, one in the platform. */
const tables = /^(?:apps\/[^/]+\/src\/http\/problem|libs\/platform\/src\/http\/statuses)\.ts$/;

/** The edges of the services, which answer by those tables alone. */
const edges = /^(?:apps\/[^/]+\/src\/http|libs\/platform\/src)\/.*\.ts$/;

/**
 * What keeps refusals from having one HTTP status each, everywhere: a code with two statuses, a switch that is not
 * exhaustive at compile time because it has a `default` or takes any text, a status written at the edge.
 * `paths` are relative to `root`. @returns one line for each fault
 */
export function statusesThatDiffer(root: string, paths: readonly string[]): string[] {
  const linesOf = (path: string) => readFileSync(join(root, path), 'utf8').split('\n');
  const found = paths.filter((path) => tables.test(path)).flatMap((path) => statusesIn(path, linesOf(path)));
  const byCode = Map.groupBy(found, ({ code }) => code);
  return [
    ...paths.filter((path) => tables.test(path)).flatMap((path) => openSwitches(path, linesOf(path))),
    ...paths.filter((path) => edges.test(path)).flatMap((path) => writtenStatuses(path, linesOf(path))),
    ...[...byCode].flatMap(([code, each]) =>
      new Set(each.map(({ status }) => status)).size === 1
        ? []
        : [`${code} is ${each.map(({ status, path }) => `${status} in ${path}`).join(', ')}`],
    ),
  ];
}

interface Status {
  readonly code: string;
  readonly status: string;
  readonly path: string;
}

/** Each `case` with the number of the `return` below it. */
function statusesIn(path: string, lines: readonly string[]): Status[] {
  const found: Status[] = [];
  let codes: string[] = [];
  for (const line of lines) {
    const [, code] = /^\s*case '([^']+)':/.exec(line) ?? [];
    if (code !== undefined) codes.push(code);
    const [, status] = /^\s*return (\d{3});/.exec(line) ?? [];
    if (status === undefined) continue;
    found.push(...codes.map((each) => ({ code: each, status, path })));
    codes = [];
  }
  return found;
}

function openSwitches(path: string, lines: readonly string[]): string[] {
  return lines.flatMap((line, at) =>
    /^\s*default:|\(code: string\)/.test(line) ? [`${path}:${at + 1} is not exhaustive: ${line.trim()}`] : [],
  );
}

function writtenStatuses(path: string, lines: readonly string[]): string[] {
  return lines.flatMap((line, at) =>
    /\banswer\(.*\(\) => \d{3}\)/.test(line) ? [`${path}:${at + 1} writes a status: ${line.trim()}`] : [],
  );
}
