/**
 * The times of a relay's lease, in milliseconds. The holder renews it every 2 s and sends nothing 6 s after it last asked
 * for a renewal; nobody else takes it before 9 s have passed at the database. The 3 s between the two are for what was
 * written to the broker's connection last. Another process publishes at most 10 s after the holder hangs.
 * @rule RELAY-LEASE
 */
export const leaseTimes = { renew: 2_000, own: 6_000, others: 9_000 } as const;

/** How the clocks of a process stand, in milliseconds. */
export interface ClockReading {
  /** Since the process started; does not follow changes of the system clock, may stand still while the machine sleeps. */
  readonly monotonic: number;
  readonly system: number;
}

/** Reads both clocks now. */
export function readClocks(): ClockReading {
  return { monotonic: performance.now(), system: Date.now() };
}

/**
 * Whether a lease that was asked for at `asked` still holds at `now`. It ends as soon as one of the two clocks says so:
 * a process that was stopped, or whose machine slept, must find it ended.
 * @rule RELAY-LEASE
 */
export function leaseHolds(asked: ClockReading, now: ClockReading): boolean {
  return Math.max(now.monotonic - asked.monotonic, now.system - asked.system) < leaseTimes.own;
}
