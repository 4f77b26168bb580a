/** The last whole repair of the topics. */
export interface LastRepair {
  /** The epoch in which it was, and how many forgotten facts were open then. */
  readonly epoch: number;
  readonly forgotten: number;
  /** Milliseconds of the process's own clock, which no setting of a clock moves. */
  readonly atMs: number;
}

/** How mailbox stands now; the clock is the same. */
export interface StandingOfRepair extends LastRepair {
  /** A topic ends before where it ended at the last look: it was made again. */
  readonly madeAgain: boolean;
}

const hourMs = 3_600_000;

/**
 * Whether the topics are to be compared with the tables: at a start, every hour, in a new epoch, after a decision about a
 * forgotten fact, and when a topic was made again.
 * @rule DIRECTORY-REPAIR
 */
export function isRepairDue(
  last: LastRepair | undefined,
  { epoch, forgotten, atMs, madeAgain }: StandingOfRepair,
): boolean {
  if (last === undefined || madeAgain) return true;
  return atMs - last.atMs >= hourMs || epoch !== last.epoch || forgotten !== last.forgotten;
}
