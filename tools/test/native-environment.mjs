import { ModuleMocker } from 'jest-mock';

/** Set by libs/testing where a spec file has left something at the servers of the run. */
const afterFile = Symbol.for('recapito.after-file');

/** The environment of spec files that share one realm: Node's own globals, put back as they were after each file. */
export default class NativeEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  #console = globalThis.console;
  #exit = Object.getOwnPropertyDescriptor(process, 'exit');
  #environment = { ...process.env };

  /** Jest has just installed its own mapping of stacks, which knows nothing of modules that Node has loaded. */
  async setup() {
    Error.prepareStackTrace = undefined;
  }

  async teardown() {
    const cleanUp = globalThis[afterFile];
    delete globalThis[afterFile];
    // What cannot be removed harms no other file, and the servers go with the run.
    await cleanUp?.().catch((error) => console.warn(`topics of a spec file stay at the broker: ${error.message}`));
    globalThis.console = this.#console;
    Object.defineProperty(process, 'exit', this.#exit);
    for (const name of Object.keys(process.env)) if (!(name in this.#environment)) delete process.env[name];
    Object.assign(process.env, this.#environment);
  }

  getVmContext() {
    return null;
  }

  exportConditions() {
    return ['@recapito/source', 'node', 'node-addons'];
  }
}
