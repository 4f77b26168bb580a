// The build of one package, run in its folder: every source becomes JavaScript under dist/, with its map; files that are
// no TypeScript (a script for Dovecot) go along as they are. Specs stay behind.
import { copyFileSync, globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { transformFileSync } from '@swc/core';
import { swcOptions } from '../swc-options.mjs';

const help = `node tools/build/main.mjs [FOLDER...]: builds the package in this folder into dist/

  no names     src/ becomes dist/
  FOLDER...    each of them becomes a folder of that name in dist/

npm run build does it for all packages, in the order in which they need each other, and only where something has changed.`;

const specs = ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.containers-spec.ts', '**/test/**'];

/** @param from the folder that is read @param base what a file's path in dist/ is relative to */
function build(from, base) {
  for (const path of globSync('**/*', { cwd: from, exclude: specs })) {
    const file = join(from, path);
    if (!statSync(file).isFile()) continue;
    const target = join('dist', relative(base, file));
    mkdirSync(dirname(target), { recursive: true });
    if (extname(file) === '.ts') compile(file, target.replace(/\.ts$/, '.js'));
    else copyFileSync(file, target);
  }
}

function compile(file, target) {
  const { code, map } = transformFileSync(file, {
    ...swcOptions,
    jsc: { ...swcOptions.jsc, rewriteRelativeImportExtensions: true },
    sourceMaps: true,
    sourceFileName: relative(dirname(target), file),
  });
  writeFileSync(target, `${code}\n//# sourceMappingURL=${basename(target)}.map\n`);
  writeFileSync(`${target}.map`, map);
}

const folders = process.argv.slice(2);
if (folders.includes('--help')) console.log(help);
else {
  rmSync('dist', { recursive: true, force: true });
  if (folders.length === 0) build('src', 'src');
  for (const folder of folders) build(folder, '.');
}
