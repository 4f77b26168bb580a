import { type Instant, instant } from '@recapito/primitives';

/** The machine's own clock: tokens, sessions, time-outs, staleness. Whatever has a legal date asks the suite clock. */
export class SystemClock {
  now(): Instant {
    return instant(Date.now());
  }
}
