import { timeLimitPassed } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { certifiedInstant } from '@recapito/rfc6109';
import type { TimeLimit } from '@recapito/rfc6109';
import { leavesLate, nextDeadline } from '../../domain/deadline.ts';
import type { Limit } from '../../domain/deadline.ts';
import { noHostInTime } from '../../domain/rejected-recipient.ts';
import { ordinaryDomain } from '../../domain/ordinary-mail.ts';
import { follow, isFinal } from '../../domain/recipient.ts';
import type { RecipientState } from '../../domain/recipient.ts';
import { submissionTable } from '../../domain/submission.ts';
import { recipientsStillProcessed } from '../../persistence/deadline.store.ts';
import { addEmissions } from '../../persistence/emission.store.ts';
import { lockKnownMessage, publish } from '../../persistence/message.store.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import { lockSubmission, setRecipientState, setSubmissionState } from '../../persistence/submission.store.ts';
import type { Recipient } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Provider } from '../../programme/providers.ts';
import { legalEvent, newEmission, newId } from '../certify.ts';
import type { Installation } from '../../programme/installation.ts';
import { publishNotDelivered } from './publish-not-delivered.ts';
import type { NotDelivered } from './publish-not-delivered.ts';

/** A message of ours, some of whose recipients have let a time limit pass. */
export interface PassTimeLimits {
  readonly identificativo: string;
  readonly at: Instant;
}

/** A notice that was made. */
export interface LimitPassed {
  readonly limit: Limit;
  readonly late: boolean;
}

/**
 * Notifies the sender of every recipient of a message whose time limit has passed unmet, once for each limit, in the name
 * of the provider that accepted it, also when another one has the sender's domain since. What this installation itself
 * still has to do about a recipient is done first: no notice leaves that a receipt already made would belie. A receipt of
 * another provider counts in the transaction that takes it, so none ever waits. Decided under the locks of message and
 * recipients.
 *
 * Where both limits have passed, both notices leave, the warning first, each at the instant at which it is made: no
 * notice bears a time at which it was not there.
 * @rule DEADLINE-WORK-FIRST
 */
export async function passTimeLimits(
  tx: Tx,
  installation: Installation,
  command: PassTimeLimits,
): Promise<LimitPassed[]> {
  const { identificativo } = command;
  const at = certifiedInstant(command.at);
  const message = await lockKnownMessage(tx, identificativo);
  const submission = await lockSubmission(tx, identificativo);
  if (message === undefined || submission === undefined) throw new Error(`${identificativo} is no message of ours`);
  const inHand = await recipientsStillProcessed(tx, identificativo, at);
  const provider = installation.own(submission.provider);
  const notifier = { message, provider, node: installation.node, at };
  const passed: LimitPassed[] = [];
  const states: RecipientState[] = [];
  for (const recipient of submission.recipients) {
    const notices = inHand.has(recipient.address) ? [] : await passLimitsOf(tx, notifier, recipient);
    passed.push(...notices);
    states.push(notices.at(-1)?.state ?? recipient.state);
  }
  const next = states.every(isFinal) ? submissionTable[submission.state].conclude : null;
  if (next !== null && next !== submission.state) await setSubmissionState(tx, identificativo, next);
  return passed;
}

interface Notifier {
  readonly message: KnownMessage;
  /** The one that accepted the message, also when another one has the sender's domain since. */
  readonly provider: Provider;
  readonly node: string;
  /** Certified. */
  readonly at: Instant;
}

/** One notice for each limit of a recipient that has passed, in their order; the recipient is in `state` after it. */
async function passLimitsOf(
  tx: Tx,
  notifier: Notifier,
  recipient: Recipient,
): Promise<(LimitPassed & { state: RecipientState })[]> {
  const { message, at } = notifier;
  const { dispatchedAt } = recipient;
  const notices = [];
  let { state } = recipient;
  for (;;) {
    const deadline = nextDeadline(state, dispatchedAt);
    if (deadline === null || deadline.dueAt > at) return notices;
    const next = follow(state, 'pass-limit');
    if (isRefusal(next) || next === state) throw new Error(`no limit runs for a recipient who is ${state}`);
    state = next;
    await setRecipientState(tx, message.identificativo, recipient, state, at);
    const { limit } = deadline;
    const late = leavesLate(limit, dispatchedAt, at);
    if (limit === 'five-days') await publishNotDelivered(tx, notifier.node, notHandedOver(notifier, recipient));
    else await notify(tx, notifier, { recipient, limit, late });
    notices.push({ limit, late, state });
  }
}

/**
 * The end of an ordinary recipient of whose domain no host has taken the message in time.
 * @rule ORDINARY-OUTCOME
 */
function notHandedOver({ message, provider, at }: Notifier, { address, provider: carrier }: Recipient): NotDelivered {
  const { errore, status, reason } = noHostInTime;
  const failure = { errore, erroreEsteso: `${status} - ${ordinaryDomain(carrier) ?? ''} - ${reason}` };
  return { message, provider, recipient: address, failure, towards: null, at };
}

async function notify(
  tx: Tx,
  { message, provider, node, at }: Notifier,
  { recipient, limit, late }: LimitPassed & { limit: TimeLimit; recipient: Recipient },
): Promise<void> {
  const { address, dispatchedAt } = recipient;
  const messageId = await newId(tx, node, provider, at);
  const notice = { messageId, forwardPath: [message.mittente], about: [address], timeLimit: limit };
  await addEmissions(tx, [newEmission(message, provider, at, { kind: 'preavviso-errore-consegna', ...notice })]);
  await publish(tx, timeLimitPassed, message, at, {
    ...legalEvent(message, provider, messageId),
    consegna: address,
    limit,
    dispatchedAt,
    late,
  });
}
