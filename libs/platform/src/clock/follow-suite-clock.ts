import { suiteClockSet } from '@recapito/contracts';
import { readCompacted, type ServiceConnection } from '@recapito/messaging';
import type { SuiteClock } from './suite-clock.ts';

/** How long production waits for a broker to tell that nobody rehearses here; a longer look goes on beside the work. */
const lookMs = 10_000;

/** Has the clock of a rehearsal follow `suite.clock.v1`. Neither a broker that is away nor a topic that is empty ends it. */
export function followSuiteClock(clock: SuiteClock, connection: ServiceConnection): void {
  const reader = readCompacted(suiteClockSet, {
    ...connection,
    onRecord: ({ data }) => clock.set(data),
    onFresh: () => clock.caughtUp(),
  });
  clock.follow({ ageMs: () => (Number.isFinite(reader.age()) ? reader.age() : null), stop: () => reader.stop() });
}

/**
 * Makes sure that a service in production does not work on the servers of a rehearsal, whose facts carry dates that
 * never were. A broker that is away delays the start by ten seconds at most; found later, the clock shows nothing
 * any more. // CLOCK-PRODUCTION
 * @throws Error when anybody has set a suite clock there.
 */
export async function refuseRehearsal(clock: SuiteClock, connection: ServiceConnection): Promise<void> {
  const found = Promise.withResolvers<void>();
  const reader = readCompacted(suiteClockSet, {
    ...connection,
    onRecord: () => {
      clock.forbid();
      found.resolve();
    },
    onFresh: found.resolve,
  });
  clock.follow({ ageMs: () => 0, stop: () => reader.stop() });
  const timer = setTimeout(found.resolve, lookMs);
  await found.promise;
  clearTimeout(timer);
  if (reader.ready()) await reader.stop();
  if (clock.forbidden)
    throw new Error('a suite clock is set on these brokers: they belong to a rehearsal, and this is production');
}
