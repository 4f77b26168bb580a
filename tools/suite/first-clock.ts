import { suiteClockKey, suiteClockSet } from '@recapito/contracts';
import { DirectPublisher } from '@recapito/messaging';
import type { Brokers } from '@recapito/messaging';
import { serviceLogger } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';

/** The driver of a rehearsal as a writer of `suite.clock.v1`. */
export function clockPublisher(brokers: Brokers): DirectPublisher {
  const logger = serviceLogger('rehearsal', 'silent');
  return new DirectPublisher({ service: 'rehearsal', brokers, namespace: '', logger });
}

/** Whoever writes the suite clock. */
export type ClockWriter = Pick<DirectPublisher, 'publish'>;

/** Says what the clock shows; it stands still from there. @param sequence how often it has been set, this one included */
export async function publishClock(publisher: ClockWriter, at: Instant, sequence: number): Promise<void> {
  const data = { instant: at, rate: 0 as const, since: instant(Date.now()) };
  await publisher.publish(suiteClockSet, { key: suiteClockKey, sequence, time: at, data });
}

/** Sets the clock for the first time. */
export async function setFirstClock(brokers: Brokers, at: Instant): Promise<void> {
  const publisher = clockPublisher(brokers);
  try {
    await publishClock(publisher, at, 1);
  } finally {
    await publisher.close();
  }
}
