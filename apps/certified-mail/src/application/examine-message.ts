import { randomUUID } from 'node:crypto';
import { Unavailable } from '@recapito/platform';
import { certifiedInstant, formalChecks, withCertifiedId } from '@recapito/rfc6109';
import { isRepetition } from '../domain/repetition.ts';
import type { ArrivalKeys } from '../persistence/arrival-keys.ts';
import { newRecipientsOf, receivedBefore } from '../persistence/arrival.store.ts';
import { submissionByLegalKey } from '../persistence/submission.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { Provider } from '../programme/providers.ts';
import { newId } from './certify.ts';
import { writeEarly } from './early-file.ts';
import type { EarlyFile } from './early-file.ts';
import type { MailParts } from './mail-parts.ts';
import { limitsOf } from './access/submit-message.ts';
import type { SubmitMessage } from './access/submit-message.ts';

/**
 * A message before the transaction that takes it: what the scanner calls the virus in it, null when there is none, and its
 * file, in quarantine when it is infected and else in the spool. `skipped` when it was decided without.
 */
export type Examined = 'skipped' | { readonly virus: string | null; readonly file: EarlyFile };

/**
 * What was found in a message that goes on.
 * @throws Unavailable when nobody has looked, because what was known of the message was something else a moment ago.
 */
export function foundIn(examined: Examined): Exclude<Examined, 'skipped'> {
  if (examined === 'skipped') throw new Unavailable('certified-mail', 'the message has not been looked through');
  return examined;
}

/** The files that were written for messages. */
export function filesOf(examined: readonly Examined[]): EarlyFile[] {
  return examined.flatMap((each) => (each === 'skipped' ? [] : [each.file]));
}

/** A submission before anybody has looked into it. */
export type UnexaminedSubmission = Omit<SubmitMessage, 'examined'>;

/**
 * Looks for viruses in a submission, as it came, and writes its file, under the id that it gets when it is accepted. Neither
 * is done when it is decided without: the same legal message has its answer already, form comes before viruses (RFC 6109
 * section 2.2.1), and who has no box sends nothing. // VIRUS-LAST-ASKED
 *
 * What is decided here is decided again by `submitMessage`, which lets nothing pass that was not looked through.
 * @throws Unavailable when the scanner cannot tell for now, or there is no room for the file.
 */
export async function examineSubmission(
  tx: Tx,
  parts: MailParts,
  unexamined: UnexaminedSubmission,
  bytes: Buffer,
): Promise<Examined> {
  const provider = await providerToAsk(tx, parts, unexamined);
  if (provider === null) return 'skipped';
  const virus = await parts.antivirus.virusIn(bytes);
  const { original, received, at } = unexamined;
  if (virus !== null) return { virus, file: await writeEarly(parts.quarantine, randomUUID(), original.bytes) };
  const id = await newId(tx, parts.installation.node, provider, certifiedInstant(at));
  return { virus, file: await writeEarly(parts.spool, id, withCertifiedId(original, id, received)) };
}

/** The provider that would accept a submission; null when it is decided without a look into it. */
async function providerToAsk(
  tx: Tx,
  { installation, gate }: MailParts,
  { sender: reversePath, recipients: forwardPath, original, legalKey, at }: UnexaminedSubmission,
): Promise<Provider | null> {
  const [box, provider] = [gate.box(reversePath), installation.managing(reversePath)];
  if (box === undefined || provider === undefined) return null;
  if (formalChecks({ reversePath, forwardPath, original }, limitsOf(box, provider)).length > 0) return null;
  const known = legalKey === null ? undefined : await submissionByLegalKey(tx, legalKey.key);
  const hasClientId = legalKey?.hasClientId ?? false;
  return known !== undefined && isRepetition({ hasClientId, firstAt: known.at, at }) ? null : provider;
}

/**
 * Looks for viruses in what another provider brings, and writes its file, unless all of it was taken before: then nothing
 * more is done with it than to tell so. // VIRUS-LAST-ASKED
 * @throws Unavailable when the scanner cannot tell for now, or there is no room for the file.
 */
export async function examineIncoming(
  tx: Tx,
  { antivirus, spool, quarantine }: MailParts,
  { keys, forwardPath, bytes }: { keys: ArrivalKeys; forwardPath: readonly string[]; bytes: Buffer },
): Promise<Examined> {
  const taken = await receivedBefore(tx, keys, forwardPath);
  if (newRecipientsOf(forwardPath, taken).length === 0) return 'skipped';
  const virus = await antivirus.virusIn(bytes);
  return { virus, file: await writeEarly(virus === null ? spool : quarantine, randomUUID(), bytes) };
}
