import { z } from 'zod';

/** A request that waits for its second person, as it is shown. */
export const approvalView = z.object({
  /** Its id, for the `Approval` header of who approves. */
  approval: z.uuid(),
  act: z.string(),
  command: z.record(z.string(), z.unknown()),
  reason: z.string().nullable().describe('In the words of who asked.'),
  by: z.string(),
  /** System clock. */
  at: z.iso.datetime(),
  until: z.iso.datetime(),
});

export type ApprovalView = z.output<typeof approvalView>;
