import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { outdatedDocuments } from '../events/documents.ts';
import { faultsInHttpDocuments } from '../openapi/documents.ts';
import { breaches } from './boundaries.ts';
import { headersWrittenPast } from './header-lines.ts';
import { logLinesWithoutEvent } from './log-events.ts';
import { pagesOfEvidence, rotInEvidence } from './named-specs.ts';
import { rotInRuleIndex } from './rule-index.ts';
import { statusesThatDiffer } from './statuses.ts';
import { unusedExports } from './unused-exports.ts';

/** Something the code as a whole must satisfy. `run` answers what is wrong, one readable line each. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<readonly string[]>;
}

const root = new URL('../..', import.meta.url).pathname;
const codeFolders = ['apps', 'libs', 'tools', 'bench', 'e2e'].filter((folder) => existsSync(`${root}${folder}`));

/** In the order in which a fault is cheapest to mend. */
export const checks: readonly Check[] = [
  { name: 'format', run: () => program('oxfmt', ['--check']) },
  // Types too: both need the same reading of all sources, each file under the tsconfig.json that includes it.
  { name: 'lint', run: () => program('oxlint', ['--type-aware', '--type-check', '--quiet', '--format', 'unix']) },
  {
    name: 'boundaries',
    run: async () =>
      (await breaches(root, codeFolders)).map(({ rule, from, to }) => `${rule}: ${from} must not import ${to}`),
  },
  {
    name: 'headers',
    run: () =>
      Promise.resolve(
        headersWrittenPast(root, sources()).map((fault) => `a header field past header-writing.ts: ${fault}`),
      ),
  },
  { name: 'exports', run: () => Promise.resolve(unusedExports(root, modules())) },
  { name: 'logs', run: () => Promise.resolve(logLinesWithoutEvent(root, sources())) },
  { name: 'statuses', run: () => Promise.resolve(statusesThatDiffer(root, sources())) },
  {
    name: 'rules',
    run: () =>
      Promise.resolve(rotInRuleIndex(root, textOf('docs/RULES.md'), { sources: sources(), modules: modules() })),
  },
  {
    name: 'evidence',
    run: () =>
      Promise.resolve(
        pagesOfEvidence.flatMap((path) => rotInEvidence(root, { path, text: textOf(path) }, textOf('docs/RULES.md'))),
      ),
  },
  { name: 'events', run: outdatedDocuments },
  { name: 'openapi', run: faultsInHttpDocuments },
];

function textOf(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8');
}

/** Runs a program of the workspace; on failure what it printed is what is wrong. */
function program(name: string, options: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(`${root}node_modules/.bin/${name}`, options, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve(code === 0 ? [] : [...printed.join('').trimEnd().split('\n'), `${name} ended with ${code}`]),
    );
  });
}

/** Every module of the repository, specs too. */
function modules(): string[] {
  return globSync(`{${codeFolders.join(',')}}/**/*.{ts,tsx,mjs}`, {
    cwd: root,
    exclude: (path) => /node_modules|generated|\/dist(\/|$)|tools\/check\/fixtures/.test(path),
  });
}

/** The product's own sources, where rules are applied. */
function sources(): string[] {
  return globSync('{apps,libs}/*/src/**/*.ts', { cwd: root, exclude: (path) => /generated|\.spec\.ts$/.test(path) });
}
