// npm run test:mutation -- APP...: mutates the domain folder of these apps and runs the pure specs beside it on each mutant.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const help = `npm run test:mutation -- APP...: Stryker changes one thing at a time in apps/APP/src/domain; the specs there must fail.

  APP...   as notification; all apps when none is named, which takes hours
  --help   this text

The first run installs Stryker beside this file (61 MB), where nothing else looks. Reports lie under .recapito/mutation.
Exit codes: 0 every score is 80 or more, 1 one is less, 2 no such app, or Stryker did not run.
`;

const root = resolve(import.meta.dirname, '..', '..');
const least = 80;

/** The specs as npm test runs them, those of the folder alone. */
const specs = (app) =>
  [
    'node_modules/.bin/node --conditions=@recapito/source --import ./tools/test/spec-hooks.mjs',
    '--disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js --runInBand --bail',
    `apps/${app}/src/domain`,
  ].join(' ');

function settings(app) {
  return {
    testRunner: 'command',
    commandRunner: { command: specs(app) },
    mutate: [`apps/${app}/src/domain/**/*.ts`, '!**/*.spec.ts'],
    coverageAnalysis: 'off',
    ignorePatterns: ['.recapito', '**/dist', '**/generated', 'apps/console/web', 'e2e', 'bench', 'tools/mutation'],
    tempDirName: '.recapito/mutation/sandbox',
    reporters: ['clear-text', 'json'],
    jsonReporter: { fileName: `.recapito/mutation/${app}.json` },
    clearTextReporter: { allowColor: false, logTests: false },
    concurrency: 2,
    timeoutMS: 60_000,
    allowEmpty: true,
  };
}

/** Killed or timed out, of those that a spec could have killed, in per cent. @param report as Stryker writes it */
function scoreOf({ files }) {
  const states = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...wanted) => states.filter((status) => wanted.includes(status)).length;
  const [found, missed] = [count('Killed', 'Timeout'), count('Survived', 'NoCoverage')];
  return { found, all: found + missed, score: found + missed === 0 ? 100 : (100 * found) / (found + missed) };
}

function run(program, words, folder) {
  const { status, error } = spawnSync(program, words, { cwd: folder, stdio: 'inherit' });
  if (error !== undefined || status !== 0) throw new Error(`${program} ended with ${error?.message ?? status}`);
}

function mutate(app) {
  const folder = join(root, '.recapito', 'mutation');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${app}.settings.json`);
  writeFileSync(file, JSON.stringify(settings(app)));
  const stryker = join(import.meta.dirname, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  run(join(root, 'node_modules', '.bin', 'node'), [stryker, 'run', file], root);
  return scoreOf(JSON.parse(readFileSync(join(folder, `${app}.json`), 'utf8')));
}

function main(named) {
  const apps = globSync('apps/*/src/domain', { cwd: root }).map((path) => path.split('/')[1]);
  const unknown = named.find((app) => !apps.includes(app));
  if (unknown !== undefined) throw new Error(`there is no apps/${unknown}/src/domain`);
  if (!existsSync(join(import.meta.dirname, 'node_modules')))
    run('npm', ['ci', '--workspaces=false', '--ignore-scripts', '--no-audit', '--no-fund'], import.meta.dirname);
  const scores = (named.length === 0 ? apps.toSorted() : named).map((app) => ({ app, ...mutate(app) }));
  for (const { app, found, all, score } of scores)
    console.log(`${app}: ${found} of ${all} found, ${score.toFixed(1)} %`);
  return scores.every(({ score }) => score >= least) ? 0 : 1;
}

if (process.argv.includes('--help')) process.stdout.write(help);
else {
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
