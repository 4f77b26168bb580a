import { z } from 'zod';
import { event } from './event.ts';
import { instantField } from './fields.ts';

/** The one key of `suite.clock.v1`: of the records that stand there the last alone counts. */
export const suiteClockKey = 'suite';

/**
 * The rehearsal's driver has set the suite clock: it shows `instant` at the system instant `since`, and from then on
 * stands still (rate 0) or goes as fast as the system clock (rate 1).
 */
export const suiteClockSet = event(
  'suite.clock.v1',
  'set',
  z.object({ instant: instantField, rate: z.union([z.literal(0), z.literal(1)]), since: instantField }),
);
