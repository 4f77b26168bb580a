import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What carries event codes; the other rooms log as they did. */
const rooms = /^(?:apps\/(?:audit-log|certified-mail|mailbox|migration|notification)|libs\/platform)\/src\//;

const levels = new Set(['log', 'info', 'warn', 'error', 'fatal', 'debug']);

/**
 * Log lines without a stable code by which they can be found and counted: the fields of every line begin with
 * `event: 'kebab-case'`, and no two lines have the same. Fields that are built elsewhere are looked up in the same file.
 * `paths` are relative to `root`. @returns one line for each fault
 */
export function logLinesWithoutEvent(root: string, paths: readonly string[]): string[] {
  const found = paths.filter((path) => rooms.test(path)).flatMap((path) => logLinesOf(root, path));
  const byEvent = Map.groupBy(
    found.flatMap((line) => line.events.map((event) => ({ ...line, event }))),
    ({ event }) => event,
  );
  return [
    ...found.filter(({ events }) => events.length === 0).map(({ at, text }) => `${at} has no event: ${text}`),
    ...[...byEvent].flatMap(([event, lines]) => {
      const places = [...new Set(lines.map(({ at }) => at))];
      const files = new Set(places.map((place) => place.split(':')[0]));
      return files.size < 2 ? [] : [`${event} is the event of ${places.join(' and ')}`];
    }),
  ];
}

interface LogLine {
  /** `FILE:LINE`. */
  readonly at: string;
  readonly text: string;
  readonly events: readonly string[];
}

function logLinesOf(root: string, path: string): LogLine[] {
  const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const lines: LogLine[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isLogCall(node.expression)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      const [text = ''] = node.getText(source).split('\n');
      lines.push({ at: `${path}:${line}`, text, events: eventsIn(node.arguments[0], source) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines;
}

function isLogCall(called: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(called) || !levels.has(called.name.text)) return false;
  const { expression } = called;
  const name = ts.isPropertyAccessExpression(expression) || ts.isIdentifier(expression) ? expression : undefined;
  return name !== undefined && /[lL]ogger$/.test(ts.isIdentifier(name) ? name.text : name.name.text);
}

/** The codes that the fields of a line may have; those of a variable are looked for where it is declared. */
function eventsIn(fields: ts.Expression | undefined, source: ts.SourceFile): string[] {
  if (fields === undefined) return [];
  if (ts.isIdentifier(fields)) {
    const declared = declarationOf(fields.text, source);
    return declared?.initializer === undefined ? [] : eventsIn(declared.initializer, source);
  }
  if (!ts.isObjectLiteralExpression(fields)) return [];
  return fields.properties.flatMap((property) => {
    if (ts.isSpreadAssignment(property)) return eventsIn(property.expression, source);
    if (!ts.isPropertyAssignment(property) || property.name.getText(source) !== 'event') return [];
    return [...property.initializer.getText(source).matchAll(/'([a-z]+(?:-[a-z]+)*)'/g)].map(([, code = '']) => code);
  });
}

function declarationOf(name: string, source: ts.SourceFile): ts.VariableDeclaration | undefined {
  let found: ts.VariableDeclaration | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name) found ??= node;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
