import { ModuleMocker } from 'jest-mock';

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
