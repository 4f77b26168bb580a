// Replaces `@jest/globals` where Node loads the specs. Libraries of specs are loaded once for many spec files, so each name
// forwards to the function that Jest has set up for the file that runs now.
let current;

/** Sets the functions to which the names below forward. */
export function useGlobals(globals) {
  current = globals;
}

function forward(name) {
  return new Proxy(() => undefined, {
    apply: (_target, _self, parameters) => current[name](...parameters),
    get: (_target, key) => current[name][key],
  });
}

export const afterAll = forward('afterAll');
export const afterEach = forward('afterEach');
export const beforeAll = forward('beforeAll');
export const beforeEach = forward('beforeEach');
export const describe = forward('describe');
export const expect = forward('expect');
export const it = forward('it');
export const jest = forward('jest');
export const test = forward('test');
