import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * Functions, classes and constants that are exported for nobody: offered by a library and imported by name nowhere outside
 * its `src`, or exported by a file of a library or a service and imported by no other. A type is not looked for: it may
 * only name what a function takes. `paths` are all sources, relative to `root`. @returns one line for each
 */
export function unusedExports(root: string, paths: readonly string[]): string[] {
  const files = new Map(paths.map((path) => [path, readModule(root, path)]));
  const entries = packageEntries(root, paths);
  const used = new Set<string>();
  const asked = new Set<string>();
  for (const [path, { imports }] of files)
    for (const { from, names } of imports) {
      const target = from.startsWith('.') ? join(dirname(path), from) : entries.get(from);
      for (const name of names) {
        if (target === undefined) continue;
        if (folderOf(target) !== folderOf(path)) asked.add(`${target} ${name}`);
        use(files, used, target, name);
      }
    }
  const offered = [...new Set(entries.values())].filter((path) => library.test(path));
  return [
    ...offered.flatMap((path) =>
      asked.has(`${path} *`)
        ? []
        : valuesOf(files, path)
            .filter((name) => !asked.has(`${path} ${name}`))
            .map((name) => `${path} offers ${name}, which nobody imports`),
    ),
    ...[...files].flatMap(([path, { exports }]) =>
      source.test(path) && !path.endsWith('.spec.ts')
        ? exports
            .filter((name) => !used.has(`${path} ${name}`))
            .map((name) => `${path} exports ${name}, which no other file imports`)
        : [],
    ),
  ];
}

/** The libraries' own sources; what specs stand on is a library of theirs. */
const library = /^libs\/(?!testing\/)[^/]+\/src\//;

/** And those of the services. */
const source = /^(?:libs\/(?!testing\/)|apps\/)[^/]+\/src\//;

/** `libs/post/src` and `libs/post/test` are two folders: a library's own integration specs are users of it. */
function folderOf(path: string): string {
  return path.split('/', 3).join('/');
}

/** The values that leave a file under their names, its own and those that it passes on. */
function valuesOf(files: ReadonlyMap<string, Module>, path: string): string[] {
  const module = files.get(path);
  if (module === undefined) return [];
  const passed = module.passes.flatMap(({ from, name, as }) => {
    const values = valuesOf(files, join(dirname(path), from));
    return as === '*' ? values : values.includes(name) ? [as] : [];
  });
  return [...module.exports, ...passed];
}

interface Module {
  /** Values that are declared here and exported. */
  readonly exports: readonly string[];
  /** Names that are passed on from another file, by the name under which they leave; `*` for all. */
  readonly passes: readonly { readonly from: string; readonly name: string; readonly as: string }[];
  readonly imports: readonly { readonly from: string; readonly names: readonly string[] }[];
}

/** Marks a name and, where it is only passed on, the file that declares it. */
function use(files: ReadonlyMap<string, Module>, used: Set<string>, path: string, name: string): void {
  const module = files.get(path);
  if (module === undefined || used.has(`${path} ${name}`)) return;
  used.add(`${path} ${name}`);
  if (name === '*') for (const each of module.exports) used.add(`${path} ${each}`);
  for (const pass of module.passes)
    if (pass.as === name || pass.as === '*' || name === '*')
      use(files, used, join(dirname(path), pass.from), pass.as === '*' ? name : pass.name);
}

/** The file behind each name under which a library is imported. */
function packageEntries(root: string, paths: readonly string[]): Map<string, string> {
  const libs = new Set(paths.flatMap((path) => /^(?:libs|apps)\/[^/]+|^tools/.exec(path) ?? []));
  return new Map(
    [...libs].flatMap((lib) => {
      const text = optionalText(join(root, lib, 'package.json'));
      if (text === null) return [];
      const { name, exports = {} } = JSON.parse(text) as { name: string; exports?: Record<string, unknown> };
      return Object.entries(exports).flatMap(([entry, target]) => {
        const file = typeof target === 'string' ? target : (target as Record<string, string>)['@recapito/source'];
        return file === undefined ? [] : [[join(name, entry), join(lib, file)] as const];
      });
    }),
  );
}

function optionalText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function readModule(root: string, path: string): Module {
  const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, false);
  const exports: string[] = [];
  const passes: { from: string; name: string; as: string }[] = [];
  const imports: { from: string; names: string[] }[] = [];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) imports.push(importOf(statement));
    else if (ts.isExportDeclaration(statement)) passes.push(...passesOf(statement));
    else if (isExported(statement)) exports.push(...namesOf(statement));
  }
  const dynamic = (node: ts.Node): void => {
    const [argument] = ts.isCallExpression(node) ? node.arguments : [];
    if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      argument &&
      ts.isStringLiteral(argument)
    )
      imports.push({ from: argument.text, names: ['*'] });
    ts.forEachChild(node, dynamic);
  };
  dynamic(source);
  return { exports, passes, imports };
}

function importOf({ importClause, moduleSpecifier }: ts.ImportDeclaration): { from: string; names: string[] } {
  const from = (moduleSpecifier as ts.StringLiteral).text;
  const bindings = importClause?.namedBindings;
  if (bindings === undefined) return { from, names: [] };
  if (ts.isNamespaceImport(bindings)) return { from, names: ['*'] };
  return { from, names: bindings.elements.map(({ propertyName, name }) => (propertyName ?? name).text) };
}

function passesOf({ exportClause, moduleSpecifier }: ts.ExportDeclaration): Module['passes'] {
  if (moduleSpecifier === undefined) return [];
  const from = (moduleSpecifier as ts.StringLiteral).text;
  if (exportClause === undefined) return [{ from, name: '*', as: '*' }];
  if (!ts.isNamedExports(exportClause)) return [{ from, name: '*', as: exportClause.name.text }];
  return exportClause.elements.map(({ propertyName, name }) => ({
    from,
    name: (propertyName ?? name).text,
    as: name.text,
  }));
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
    return statement.name === undefined ? [] : [statement.name.text];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
}
