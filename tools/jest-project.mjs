// Jest's settings, the same in every room: specs loaded by Node itself, with TypeScript through swc and libraries read from their sources.
import { existsSync, readdirSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;

/** What only a container engine can show; nobody has to have one. */
const withContainers = process.env['RECAPITO_INFRA'] === 'containers' ? ['<rootDir>/**/*.containers-spec.ts'] : [];

/** What takes minutes has a command of its own, and a small form beside it that always runs. */
const withoutLong = process.env['RECAPITO_LONG'] === 'yes' ? [] : ['\\.long\\.int-spec\\.ts$'];

/** One Jest project for the room at `path` (relative to the repository). */
export function jestProject(path) {
  return {
    displayName: path,
    rootDir: `${root}${path}`,
    runtime: `${root}tools/test/native-runtime.mjs`,
    testEnvironment: `${root}tools/test/native-environment.mjs`,
    testMatch: ['<rootDir>/**/*.spec.ts', '<rootDir>/**/*.int-spec.ts', ...withContainers],
    testPathIgnorePatterns: ['/node_modules/', '/dist/', ...withoutLong],
    modulePathIgnorePatterns: ['/dist/'],
    extensionsToTreatAsEsm: ['.ts'],
    moduleFileExtensions: ['ts', 'mjs', 'js', 'json', 'node'],
    setupFiles: process.env['RECAPITO_PROPERTY_RUNS'] === undefined ? [] : [`${root}tools/more-property-runs.mjs`],
    setupFilesAfterEnv: [`${root}tools/test/answers-as-documented.ts`],
    transform: {},
    injectGlobals: false,
  };
}

/** Every room that may hold specs. */
export function rooms() {
  const under = (folder) =>
    existsSync(`${root}${folder}`) ? readdirSync(`${root}${folder}`).map((name) => `${folder}/${name}`) : [];
  return [...under('libs'), ...under('apps'), 'tools', 'e2e', 'bench'].filter((path) => existsSync(`${root}${path}`));
}
