/** From this age on a receipt or notice of ours that has not left is published as overdue: it is tried further. */
export const overdueAfterMs = 24 * 3_600_000;

/** At this age what still does not leave, or reaches no box, ends: RFC 5321 section 4.5.4.1 asks for four to five days. */
export const triedForMs = 5 * 24 * 3_600_000;

/** After so many tries that failed by a fault of ours a delivery receipt goes out without the original. */
export const faultsBeforeConcise = 20;
