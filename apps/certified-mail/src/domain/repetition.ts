import { after } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';

const hourMs = 3_600_000;

/** Whether a submission comes a second time because the answer was lost, or is another message that reads the same. */
export interface Repetition {
  /** Whether the client gave the message a Message-ID. */
  readonly hasClientId: boolean;
  /** When the message with the same key was submitted. */
  readonly firstAt: Instant;
  readonly at: Instant;
}

/**
 * True when a submission with the same sender, Message-ID, content and recipients is the same legal message: within seven
 * days when the client gave it a Message-ID, within one hour when it did not.
 * @rule SUBMISSION-SAME-MESSAGE
 */
export function isRepetition({ hasClientId, firstAt, at }: Repetition): boolean {
  return at < after(firstAt, (hasClientId ? 7 * 24 : 1) * hourMs);
}
