// Makes of each program of an app one file that Node runs by itself: its sources, the libraries of the house and the packages
// they use. A service then starts without looking for two thousand files and compiling a third of them.
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { transformSync } from '@swc/core';
import { build } from 'esbuild';
import { swcOptions } from '../swc-options.mjs';

const help = `node tools/build/bundle.mjs [APP...]: bundles the programs of these apps (all when none is named) into apps/APP/dist

The programs of an app stand in its package.json under "programs", relative to src/. Files beside the sources that are no
TypeScript go along as they are. npm start and npm test do this by themselves when a source has changed.`;

const root = join(import.meta.dirname, '..', '..');

/**
 * Packages that stay where npm has put them: with native parts or WebAssembly, with files that they read at run time, or with
 * internals that we reach into, which must be there once. The rest of the list is what Nest would load if it were installed.
 */
const external = [
  '@node-rs/argon2',
  'koffi',
  '@prisma/client/runtime/query_compiler_*',
  '@prisma/schema-engine-wasm',
  'bull',
  'kafkajs',
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@grpc/*',
  '@nats-io/*',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'amqp-connection-manager',
  'amqplib',
  'class-transformer',
  'class-validator',
  'mqtt',
  'nats',
  'pg-native',
];

/** CommonJS packages ask for these, which a module does not have. */
const banner = `import { createRequire as bundleRequire } from 'node:module';
import { dirname as bundleDirname } from 'node:path';
import { fileURLToPath as bundleFile } from 'node:url';
const require = bundleRequire(import.meta.url);
const __filename = bundleFile(import.meta.url);
const __dirname = bundleDirname(__filename);`;

/** swc compiles our sources, because esbuild leaves out the metadata of decorators that Nest's injection reads. */
const decorators = {
  name: 'decorators',
  setup(building) {
    building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const source = readFileSync(path, 'utf8');
      const { code } = transformSync(source, { ...swcOptions, filename: path, sourceMaps: 'inline' });
      return { contents: code, loader: 'js' };
    });
  },
};

/** @param apps names of folders under apps/ */
async function bundle(apps) {
  const programs = apps.flatMap((app) => programsOf(app).map((program) => ({ app, program })));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: programs.map(({ app, program }) => ({
      in: join('apps', app, 'src', program),
      out: join('apps', app, 'dist', program.replace(/\.ts$/, '')),
    })),
    outdir: root,
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    conditions: ['@recapito/source'],
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    external,
    banner: { js: banner },
    plugins: [decorators],
    logLevel: 'warning',
  });
  const others = apps.flatMap(filesBeside);
  for (const { path, contents } of [...outputFiles, ...others]) put(path, contents);
  const kept = new Set([...outputFiles, ...others].map(({ path }) => path));
  for (const app of apps) removeOthers(join(root, 'apps', app, 'dist'), kept);
}

function programsOf(app) {
  const { programs } = JSON.parse(readFileSync(join(root, 'apps', app, 'package.json'), 'utf8'));
  return programs;
}

/** Whole or not at all: a service that is started meanwhile finds no half of a program. */
function put(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, contents);
  renameSync(`${path}.new`, path);
}

/** The files beside the sources of an app that are no TypeScript, and where they go. */
function filesBeside(app) {
  const sources = join(root, 'apps', app, 'src');
  return globSync('**/*', { cwd: sources, exclude: (name) => name === 'generated' })
    .filter((path) => extname(path) !== '.ts' && statSync(join(sources, path)).isFile())
    .map((path) => ({ path: join(root, 'apps', app, 'dist', path), contents: readFileSync(join(sources, path)) }));
}

function removeOthers(folder, kept) {
  for (const path of globSync('**/*', { cwd: folder }).map((name) => join(folder, name)))
    if (statSync(path).isFile() && !kept.has(path)) rmSync(path);
}

const apps = globSync('apps/*/package.json', { cwd: root }).map((file) => relative('apps', dirname(file)));
const named = process.argv.slice(2);
if (named.includes('--help')) console.log(help);
else {
  try {
    await bundle(named.length === 0 ? apps : named);
  } catch (error) {
    // esbuild has said already what is wrong with a source.
    if (!('errors' in error)) console.error(error);
    process.exitCode = 1;
  }
}
