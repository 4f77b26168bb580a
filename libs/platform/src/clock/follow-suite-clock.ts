import { suiteClockSet } from '@recapito/contracts';
import { readCompacted, type ServiceConnection } from '@recapito/messaging';
import type { SuiteClock } from './suite-clock.ts';

/** Has the clock of a rehearsal follow `suite.clock.v1`. Neither a broker that is away nor a topic that is empty ends it. */
export function followSuiteClock(clock: SuiteClock, connection: ServiceConnection): void {
  const reader = readCompacted(suiteClockSet, {
    ...connection,
    onRecord: ({ data }) => clock.set(data),
    onFresh: () => clock.caughtUp(),
  });
  clock.follow({ ageMs: () => (Number.isFinite(reader.age()) ? reader.age() : null), stop: () => reader.stop() });
}
