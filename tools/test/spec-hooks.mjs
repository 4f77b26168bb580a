// What Node needs to load specs: TypeScript, and Jest's own names under `@jest/globals`.
import { registerHooks } from 'node:module';
import '../typescript-hooks.mjs';

const globals = new URL('jest-globals.mjs', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== '@jest/globals') return nextResolve(specifier, context);
    return { url: globals, format: 'module', shortCircuit: true };
  },
});
