// Loads specs as Node itself loads modules, instead of evaluating each module anew for every spec file. A worker loads the
// services, Nest, Prisma and the rest once and keeps them for all its spec files; only the spec file is evaluated anew.
// Jest does everything else: it schedules, times out, compares and reports. ADR 10 says why.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { useGlobals } from './jest-globals.mjs';

const require = createRequire(import.meta.url);
const circus = /\/node_modules\/jest-circus\//;
const timeoutSymbol = Symbol.for('TEST_TIMEOUT_SYMBOL');
const handlersSymbol = Symbol.for('EVENT_HANDLERS');

let specFiles = 0;

/** What Jest asks of its `runtime` option, for ESM without mocks, coverage and transforms of its own. */
export default class NativeRuntime {
  #mocker;

  constructor(_config, environment) {
    this.#mocker = environment.moduleMocker;
  }

  /** Jest's own modules. Circus keeps the tests of one file in module state, so each file gets a new one. */
  requireInternalModule(path) {
    for (const loaded of Object.keys(require.cache)) if (circus.test(loaded)) delete require.cache[loaded];
    delete globalThis[handlersSymbol];
    delete globalThis[timeoutSymbol];
    return require(path);
  }

  /** Called by Circus with `describe`, `test`, `expect` and the like of the spec file that is to be loaded. */
  setGlobalsForRuntime(globals) {
    const jest = {
      spyOn: (object, method) => this.#mocker.spyOn(object, method),
      setTimeout: (milliseconds) => {
        globalThis[timeoutSymbol] = milliseconds;
      },
    };
    useGlobals({ ...globals, jest });
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    specFiles += 1;
    return await import(`${pathToFileURL(path).href}?file=${specFiles}`);
  }

  requireModule(path) {
    return require(path);
  }

  enterTestCode() {}

  leaveTestCode() {}

  /** Node maps stacks to the sources (`--enable-source-maps`). */
  getSourceMaps() {
    return new Map();
  }

  getAllCoverageInfoCopy() {
    return undefined;
  }

  /** Ends what a spec file has changed beyond itself. */
  teardown() {
    this.#mocker.restoreAllMocks();
  }
}
