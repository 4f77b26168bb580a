import type { Instant, Refusal } from '@recapito/primitives';
import type { HeaderText, Original } from '@recapito/rfc6109';
import type { KnownMessage } from '../../persistence/message.store.ts';
import type { Provider } from '../../programme/providers.ts';
import type { Examined } from '../examined.ts';
import type { LegalKey } from './legal-key.ts';

/** A message at the access point, from a sender who has proved to be it. */
export interface SubmitMessage {
  /** The sender's address, lower case: SMTP MAIL FROM, or what stands for it. */
  readonly sender: string;
  /** Lower case, each once: SMTP RCPT TO. */
  readonly recipients: readonly string[];
  /** A recipient as the client wrote it, for ordinary hosts to which the case of the local part matters. */
  readonly asWritten: (recipient: string) => string;
  /** As it leaves. */
  readonly original: Original;
  /** The parts that were encoded anew since it came, by their place. */
  readonly reencoded: readonly string[];
  /** SHA-256 of the content as it came. */
  readonly submittedSha256: string;
  /** Null when only its request's own key tells a repetition. */
  readonly legalKey: LegalKey | null;
  /** The `Received` field of the access point, with its CRLF. */
  readonly received: HeaderText;
  readonly examined: Examined;
  readonly at: Instant;
}

/** What became of a submission. `refused`: taken, and answered with a non-acceptance notice for the reasons told. */
export interface Submitted {
  readonly identificativo: string;
  readonly outcome: 'accepted' | 'refused';
  /** The certified instant. */
  readonly at: Instant;
  readonly reasons: readonly Refusal[];
}

/** A message that is to be accepted, or refused by a notice. */
export interface JudgedSubmission {
  readonly message: KnownMessage;
  readonly provider: Provider;
  readonly legalKey: string | null;
  /** Certified. */
  readonly at: Instant;
}
