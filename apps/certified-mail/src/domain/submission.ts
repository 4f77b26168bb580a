/** Where a submission stands. `refused` was answered by a non-acceptance notice; `concluded` has all its outcomes. */
export const submissionStates = ['accepted', 'refused', 'concluded'] as const;
export type SubmissionState = (typeof submissionStates)[number];

/** `conclude`: every certified recipient has its final outcome. */
export const submissionCommands = ['conclude'] as const;
export type SubmissionCommand = (typeof submissionCommands)[number];

/** From each state, where each command leads; null where it cannot come. */
export const submissionTable: Readonly<
  Record<SubmissionState, Readonly<Record<SubmissionCommand, SubmissionState | null>>>
> = {
  accepted: { conclude: 'concluded' },
  refused: { conclude: null },
  concluded: { conclude: 'concluded' },
};
