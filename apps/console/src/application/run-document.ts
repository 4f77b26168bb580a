import { z } from 'zod';

/** How far a run of the driver is. */
const stages = ['starting', 'import', 'campaign', 'trace', 'ended', 'failed'] as const;

/** What the driver of a rehearsal tells of its run, a line of JSON each time something has changed. Instants are UTC ms. */
export const runDocument = z.object({
  programme: z.string(),
  stage: z.enum(stages),
  /** The suite clock goes from the import to the end. */
  imports: z.int(),
  bound: z.int(),
  ends: z.int(),
  /** Rows of the cohort that have been read, of how many. */
  rows: z.object({ read: z.int(), of: z.int() }),
  /** Each death of a service or server that nobody asked for, with its system instant. */
  deaths: z.array(z.object({ name: z.string(), at: z.int() })),
});

export type Run = z.output<typeof runDocument>;
