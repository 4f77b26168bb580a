/** How many things held and how many did not, over checks and tests alike. */
export class Tally {
  passed = 0;
  failed = 0;

  add({ passed, failed }: { readonly passed: number; readonly failed: number }): void {
    this.passed += passed;
    this.failed += failed;
  }

  /** The line that a test run ends with. */
  toString(): string {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}

/** What jest's `--json` output says, as far as it is counted here. */
export interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly numTotalTests: number;
}

export interface Counted {
  readonly passed: number;
  readonly failed: number;
  /** Why something counts as failed that jest itself does not call so. */
  readonly remarks: readonly string[];
}

/**
 * Counts what jest has written, `undefined` when it has written nothing. A spec file that did not even load is one
 * failure, no test at all is one, and so is each test that was skipped, unless a part was asked for (`-t` skips the rest).
 */
export function countJest(
  result: JestResult | undefined,
  { code, partial }: { code: number; partial: boolean },
): Counted {
  if (!result) return { passed: 0, failed: 1, remarks: [`jest ended with ${code} and left no result`] };
  const remarks: string[] = [];
  const skipped = partial ? 0 : result.numPendingTests + result.numTodoTests;
  if (skipped > 0) remarks.push(`${skipped} tests were skipped: a rule nobody tests is no rule`);
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + skipped;
  if (result.numTotalTests === 0 && failed === 0) {
    return { passed: 0, failed: 1, remarks: ['jest found no tests'] };
  }
  if (code !== 0 && failed === 0) {
    return { passed: result.numPassedTests, failed: 1, remarks: [`jest ended with ${code} though no test failed`] };
  }
  return { passed: result.numPassedTests, failed, remarks };
}
