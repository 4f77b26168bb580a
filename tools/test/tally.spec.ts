import { describe, expect, test } from '@jest/globals';
import { countJest, Tally, type JestResult } from './tally.ts';

const whole = { code: 0, partial: false };

function jest(changed: Partial<JestResult>): JestResult {
  return {
    numPassedTests: 10,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
    numTotalTests: 10,
    ...changed,
  };
}

describe('what a test run counts', () => {
  test('passed and failed tests are what jest says', () => {
    expect(countJest(jest({}), whole)).toEqual({ passed: 10, failed: 0, remarks: [] });
    expect(countJest(jest({ numFailedTests: 2 }), { ...whole, code: 1 })).toEqual({
      passed: 10,
      failed: 2,
      remarks: [],
    });
  });

  test('a spec file that does not load is a failure', () => {
    expect(countJest(jest({ numRuntimeErrorTestSuites: 1 }), { ...whole, code: 1 }).failed).toBe(1);
  });

  test('jest that leaves no result is a failure, whatever its exit code', () => {
    expect(countJest(undefined, whole)).toEqual({
      passed: 0,
      failed: 1,
      remarks: ['jest ended with 0 and left no result'],
    });
  });

  test('no tests at all is a failure', () => {
    const nothing = jest({ numPassedTests: 0, numTotalTests: 0 });
    expect(countJest(nothing, whole)).toEqual({ passed: 0, failed: 1, remarks: ['jest found no tests'] });
  });

  test('jest that ends badly after good tests is a failure', () => {
    expect(countJest(jest({}), { ...whole, code: 137 })).toEqual({
      passed: 10,
      failed: 1,
      remarks: ['jest ended with 137 though no test failed'],
    });
  });

  test('a skipped test is a failure of a whole run, and no matter of a part', () => {
    const skipping = jest({ numPendingTests: 2, numTodoTests: 1 });
    expect(countJest(skipping, whole).failed).toBe(3);
    expect(countJest(skipping, { ...whole, partial: true }).failed).toBe(0);
  });

  test('the last line adds checks and tests', () => {
    const tally = new Tally();
    tally.add({ passed: 4, failed: 1 });
    tally.add({ passed: 10, failed: 0 });
    expect(String(tally)).toBe('14 passed, 1 failed');
  });
});
