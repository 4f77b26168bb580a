/**
 * What a session of a holder is good for. `first-pin`: the first change of the PIN and nothing else; `pin`: another change of it;
 * `enrolment`: the steps.
 */
export const holderScopes = ['first-pin', 'pin', 'enrolment'] as const;
export type HolderScope = (typeof holderScopes)[number];

/** How long a session of a holder lasts, in seconds of the system clock. */
export const citizenSessionSeconds = 15 * 60;

/**
 * Whether a session is over because the sessions of its holder were ended. A token of an earlier release tells the second in
 * which it was made: of two things in one second it counts as the earlier.
 * @param issuedAt `iat` of the token (RFC 7519, 4.1.6), in seconds of the system clock with their thousandths.
 * @param endedMs when they were last ended, in its milliseconds; undefined when they never were.
 * @rule ABUSE-SESSIONS-END
 */
export function isSessionOver(issuedAt: number, endedMs: number | undefined): boolean {
  return endedMs !== undefined && Math.round(issuedAt * 1_000) <= endedMs;
}
