/** What is counted, by name. */
export interface Counts {
  handled: number;
  skipped: number;
  retried: number;
  deadLettered: number;
  queued: number;
  redriven: number;
}
