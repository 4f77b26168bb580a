// Lets Node run the sources as they stand: swc turns each .ts into JavaScript with the decorator metadata that
// Nest's injection reads, which Node's own type stripping leaves out. What was compiled is kept under .recapito until its
// source changes, by us and by V8: a command starts in two thirds of the time.
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { swcOptions } from './swc-options.mjs';

const workshop = new URL('../.recapito/', import.meta.url);
const folder = fileURLToPath(new URL('compiled/', workshop));
const require = createRequire(import.meta.url);
const compiler = require('@swc/core/package.json').version;

mkdirSync(folder, { recursive: true });
enableCompileCache(fileURLToPath(new URL('compile-cache/', workshop)));

registerHooks({
  load(url, context, nextLoad) {
    if (!/^file:.*\.ts(\?|$)/.test(url) || url.includes('/node_modules/')) return nextLoad(url, context);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});

/** The JavaScript of a source; a file that was kept ends with the mark of what it was made from. */
function compiled(filename) {
  const source = readFileSync(filename, 'utf8');
  const mark = `\n//${hash('sha256', `${compiler}\n${JSON.stringify(swcOptions)}\n${source}`)}`;
  const kept = `${folder}${hash('sha256', filename)}.mjs`;
  const before = read(kept);
  if (before?.endsWith(mark)) return before;
  // Loaded only where there is something to compile.
  const { transformSync } = require('@swc/core');
  const { code } = transformSync(source, { ...swcOptions, filename, sourceMaps: 'inline' });
  // Whole or not at all: other processes read it.
  const unfinished = `${kept}.${process.pid}`;
  writeFileSync(unfinished, code + mark);
  renameSync(unfinished, kept);
  return code + mark;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
