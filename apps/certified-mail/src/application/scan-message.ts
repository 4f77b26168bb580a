import { formalChecks } from '@recapito/rfc6109';
import { isRepetition } from '../domain/repetition.ts';
import type { ArrivalKeys } from '../persistence/arrival-keys.ts';
import { newRecipientsOf, receivedBefore } from '../persistence/arrival.store.ts';
import { submissionByLegalKey } from '../persistence/submission.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { MailParts } from './mail-parts.ts';
import type { Scan } from './scan.ts';
import { limitsOf } from './access/submit-message.ts';
import type { SubmitMessage } from './access/submit-message.ts';

/** A submission before anybody has looked for viruses in it. */
export type UnscannedSubmission = Omit<SubmitMessage, 'received' | 'scan'>;

/**
 * Looks for viruses in a submission, as it came, unless it is decided without: the same legal message has its answer
 * already, form comes before viruses (RFC 6109 section 2.2.1), and who has no box sends nothing. // VIRUS-LAST-ASKED
 *
 * What is decided here is decided again by `submitMessage`, which lets nothing pass that was not looked through.
 * @throws Unavailable when the scanner cannot tell for now.
 */
export async function scanSubmission(
  tx: Tx,
  parts: MailParts,
  unscanned: UnscannedSubmission,
  bytes: Buffer,
): Promise<Scan> {
  const { installation, gate, antivirus } = parts;
  if (!antivirus.looks) return { virus: null };
  const { sender: reversePath, recipients: forwardPath, original, legalKey, at } = unscanned;
  const [box, provider] = [gate.box(reversePath), installation.managing(reversePath)];
  if (box === undefined || provider === undefined) return 'skipped';
  if (formalChecks({ reversePath, forwardPath, original }, limitsOf(box, provider)).length > 0) return 'skipped';
  const known = legalKey === null ? undefined : await submissionByLegalKey(tx, legalKey.key);
  const hasClientId = legalKey?.hasClientId ?? false;
  if (known !== undefined && isRepetition({ hasClientId, firstAt: known.at, at })) return 'skipped';
  return { virus: await antivirus.virusIn(bytes) };
}

/**
 * Looks for viruses in what another provider brings, unless all of it was taken before: then nothing more is done with it
 * than to tell so. // VIRUS-LAST-ASKED
 * @throws Unavailable when the scanner cannot tell for now.
 */
export async function scanIncoming(
  tx: Tx,
  { antivirus }: MailParts,
  { keys, forwardPath, bytes }: { keys: ArrivalKeys; forwardPath: readonly string[]; bytes: Buffer },
): Promise<Scan> {
  if (!antivirus.looks) return { virus: null };
  const taken = await receivedBefore(tx, keys, forwardPath);
  return newRecipientsOf(forwardPath, taken).length === 0 ? 'skipped' : { virus: await antivirus.virusIn(bytes) };
}
