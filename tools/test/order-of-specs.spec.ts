import { describe, expect, test } from '@jest/globals';
import { inOrder } from './order-of-specs.mjs';

function ordered(...paths: string[]): string[] {
  return inOrder(paths.map((path) => ({ path }))).map(({ path }) => path);
}

describe('the order of the specs', () => {
  test('begins whole suites at equal distances, the dearest first, and leaves pure specs for the end', () => {
    expect(
      ordered(
        '/libs/primitives/src/instant.spec.ts',
        '/e2e/campaign.int-spec.ts',
        '/apps/mailbox/test/move.int-spec.ts',
        '/apps/mailbox/test/calendars.int-spec.ts',
        '/apps/mailbox/test/census.int-spec.ts',
        '/apps/mailbox/test/topics.int-spec.ts',
        '/e2e/faulted-campaign.int-spec.ts',
      ),
    ).toEqual([
      '/e2e/faulted-campaign.int-spec.ts',
      '/apps/mailbox/test/move.int-spec.ts',
      '/e2e/campaign.int-spec.ts',
      '/apps/mailbox/test/calendars.int-spec.ts',
      '/apps/mailbox/test/census.int-spec.ts',
      '/apps/mailbox/test/topics.int-spec.ts',
      '/libs/primitives/src/instant.spec.ts',
    ]);
  });

  test('has specs that start a service many times before other integration specs', () => {
    const [crash, move] = ['/apps/mailbox/test/crash.int-spec.ts', '/apps/mailbox/test/move.int-spec.ts'];
    expect(ordered(move, crash)).toEqual([crash, move]);
  });

  test('takes each file once, suites alone too', () => {
    const suites = ['/e2e/soak/soak.int-spec.ts', '/e2e/new.int-spec.ts', '/bench/test/small.int-spec.ts'];
    expect(ordered(...suites).toSorted()).toEqual(suites.toSorted());
  });
});
