import { arrivalRepeated, receiptCarried, receiptDoubted, receiptUnplaced } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { certifiedInstant, isOwedBy, isSameProvider, isSameSubject, ownerOfId, serviceKinds } from '@recapito/rfc6109';
import type { CertificationData, CertifiedArrival } from '@recapito/rfc6109';
import type { ArrivalKeys } from '../../persistence/arrival-keys.ts';
import { judgeReceipt } from '../../domain/receiving.ts';
import {
  doubtAbout,
  notForThisBox,
  notOwed,
  aboutUnknownMessage,
  differsFromMessage,
  sentForReceipts,
} from '../../domain/receipt-standing.ts';
import type { DoubtedReceipt } from '../../domain/receipt-standing.ts';
import { isSameAddress } from './same-address.ts';
import { addArrival, lockArrival, newRecipientsOf, receivedBefore } from '../../persistence/arrival.store.ts';
import type { NewPlacement, ReceivedBefore } from '../../persistence/arrival.store.ts';
import { lockKnownMessage, lockMessage, publish } from '../../persistence/message.store.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import { lastSentAt, lockSubmission } from '../../persistence/submission.store.ts';
import type { Followed } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Installation } from '../../programme/installation.ts';
import type { Provider } from '../../programme/providers.ts';
import { legalEvent } from '../certify.ts';
import { namingNone } from '../early-file.ts';
import type { EarlyFile, Named } from '../early-file.ts';
import { foundIn } from '../examined.ts';
import type { Examined } from '../examined.ts';
import type { MailRules } from '../../gate/mail-gate.ts';
import { applyReceipt } from './apply-receipt.ts';
import { publishForeignEvent } from './publish-foreign-event.ts';
import { publishInClear } from './publish-in-clear.ts';
import { messageOf } from './receive-envelope.ts';
import type { Received } from './receive-envelope.ts';
import { serviceMailboxOf } from './take-in-charge.ts';

/** Why a receipt is not taken. */
type ReceiptRefusal = DoubtedReceipt | Refusal<'receipt/not-for-this-box'>;

/** A receipt or notice that an incoming point of ours has judged, with the dialog in which it came. */
export interface Receipt {
  /** The provider of ours whose incoming point it is. */
  readonly provider: Provider;
  readonly arrival: CertifiedArrival;
  readonly reversePath: string;
  /** Lower case, each in a domain of `provider`. */
  readonly forwardPath: readonly string[];
  readonly keys: ArrivalKeys;
  readonly examined: Examined;
  /** True when it came over the network without TLS. */
  readonly inClear: boolean;
  readonly at: Instant;
}

/** A receipt with what it is about. */
interface About extends Receipt {
  readonly message: KnownMessage;
  /** How the message stands, when it was accepted here. */
  readonly submission: Followed | undefined;
  /** In the spool. */
  readonly file: EarlyFile;
}

/**
 * Takes a receipt or notice, once for what its provider has signed and each box, however often it comes. About a message
 * that was accepted here it counts; about one that was accepted elsewhere it changes nothing and is carried all the same
 * (RFC 6109 section 2.2.2), and so is one that contradicts an outcome, which is a finding. It goes to its addressee alone; for
 * others it is dropped and traced.
 * Refusals: `receipt/not-for-this-box` when it is brought to nobody else, and without any effect, because it certifies
 * nothing: `receipt/not-owed`, `receipt/of-no-message`, `receipt/other-data`.
 * @throws Unavailable when it was taken for a repetition a moment ago: the peer is asked to come again.
 * @rule RECEIPT-ADDRESSEE
 */
export async function receiveReceipt(
  tx: Tx,
  rules: MailRules,
  command: Receipt,
): Promise<Named<Received | ReceiptRefusal>> {
  const { arrival, provider, forwardPath, keys } = command;
  const at = certifiedInstant(command.at);
  await lockArrival(tx, keys);
  const before = await receivedBefore(tx, keys, forwardPath);
  const fresh = newRecipientsOf(forwardPath, before);
  if (fresh.length === 0) return namingNone(await publishRepetition(tx, provider, arrival, before, at));
  const { file } = foundIn(command.examined);
  const standing = await lockSubject(tx, rules.installation, { ...command, at });
  if (isRefusal(standing)) return namingNone(standing);
  const addressee = addresseeOf(rules.installation, arrival.certification);
  const [boxes, others] = [true, false].map((wanted) => {
    return fresh.filter((address) => (addressee !== null && isSameAddress(address, addressee)) === wanted);
  });
  const about = { ...command, at, message: standing.message, submission: standing.submission, file };
  if (boxes !== undefined && boxes.length > 0) await applyAndPublish(tx, rules.installation, about);
  const named = await saveReceipt(tx, rules, about, { boxes: boxes ?? [], others: others ?? [] });
  return { answer: boxes?.length === 0 ? notForThisBox() : { received: 'taken' }, named };
}

/** The box that a receipt or notice is for: its sender's, or the service mailbox of its provider; null without one. */
export function addresseeOf(installation: Installation, { tipo, mittente }: CertificationData): string | null {
  if (!serviceKinds.has(tipo)) return mittente.toLowerCase();
  return installation.index.providerOf(mittente) === undefined ? null : serviceMailboxOf(installation, { mittente });
}

/** Locks the message and the submission that the receipt is about, or answers why it certifies nothing. */
async function lockSubject(
  tx: Tx,
  installation: Installation,
  { arrival, keys, at }: Receipt,
): Promise<Pick<About, 'message' | 'submission'> | DoubtedReceipt> {
  const { certification, provider } = arrival;
  const { identificativo } = certification;
  const known = await lockKnownMessage(tx, identificativo);
  const submission = known && (await lockSubmission(tx, identificativo));
  const left = new Map(submission?.recipients.map((each) => [each.address, each.provider]));
  const isOwed = isOwedBy(certification, {
    forRecipient: (address) =>
      isSameProvider(installation.index.providerOf(address), provider) ||
      left.get(address.toLowerCase()) === provider.providerName,
    forSender: () =>
      installation.takeOverOf(certification.mittente)?.from === provider.providerName &&
      (submission === undefined || submission.provider === provider.providerName),
  });
  if (submission === undefined) {
    if (isOurs(installation, identificativo)) return aboutUnknownMessage();
    if (!isOwed) return notOwed();
    const key = `${identificativo} ricevuta ${keys.key}`;
    return { message: await lockMessage(tx, key, messageOf(certification), at), submission: undefined };
  }
  if (known === undefined || !isSameMessage(known, arrival)) return differsFromMessage();
  const about = certification.consegna === null ? certification.ricezione : [certification.consegna];
  return isOwed && about.every((address) => left.has(address.toLowerCase()))
    ? { message: known, submission }
    : notOwed();
}

/** Whether an id is one that only a provider of ours makes: its domain came to us with nobody's messages. */
function isOurs(installation: Installation, identificativo: string): boolean {
  const owner = ownerOfId(identificativo, installation.index);
  return (
    owner !== undefined &&
    installation.providerNamed(owner.providerName) !== undefined &&
    installation.takeOverOf(identificativo) === undefined
  );
}

function isSameMessage(
  { mittente, oggetto }: KnownMessage,
  { certification, unsignedSubject }: CertifiedArrival,
): boolean {
  if (!isSameAddress(mittente, certification.mittente)) return false;
  return unsignedSubject === null || isSameSubject(unsignedSubject, oggetto ?? '');
}

/** Applies the receipt to its recipients and publishes the foreign event, or a doubt when it contradicts an outcome. */
async function applyAndPublish(tx: Tx, installation: Installation, about: About): Promise<void> {
  const { arrival, message, submission, provider, at } = about;
  if (about.inClear) await publishInClear(tx, arrival, message, at);
  if (submission === undefined) {
    const event = legalEvent(message, provider, arrival.messageId);
    return await publish(tx, receiptCarried, message, at, { ...event, tipo: arrival.certification.tipo });
  }
  const contradiction = await applyReceipt(tx, installation, { arrival, message, provider, at, submission });
  if (contradiction === null) await publishForeignEvent(tx, installation, arrival, message);
  else await publishDoubt(tx, about, contradiction.refused);
}

/**
 * Publishes a doubt: what a provider certifies does not fit what is known here.
 * @rule RECEIPT-DOUBTED
 */
async function publishDoubt(tx: Tx, { arrival, message, provider, at }: About, motivo: string): Promise<void> {
  const event = legalEvent(message, provider, arrival.messageId);
  const said = doubtAbout(arrival.certification, arrival.provider.providerName, motivo);
  await publish(tx, receiptDoubted, message, at, { ...event, ...said });
}

/**
 * Saves the receipt with a placement for each box that awaits it, and publishes those that it does not reach.
 * @returns its file when a box awaits it
 */
async function saveReceipt(
  tx: Tx,
  rules: MailRules,
  about: About,
  { boxes, others }: { boxes: readonly string[]; others: readonly string[] },
): Promise<EarlyFile[]> {
  const { arrival, message, provider, keys, reversePath, at, file } = about;
  const { certification, messageId } = arrival;
  const placements: (NewPlacement & { readonly motivo: string | null })[] = [];
  for (const address of boxes) {
    const refusal = await judgeBox(tx, rules, about, address);
    placements.push({ address, state: refusal === null ? 'due' : 'returned', motivo: refusal?.refused ?? null });
  }
  for (const address of others) placements.push({ address, state: 'refused', motivo: notForThisBox().refused });
  const isPlaced = placements.some(({ state }) => state === 'due');
  const { tipo } = certification;
  const came = {
    id: file.name,
    provider: provider.name,
    identificativo: message.key,
    messageId,
    reversePath,
    tipo,
    at,
    spoolSha256: isPlaced ? file.sha256 : null,
  };
  const signedBy = arrival.provider.providerName;
  await addArrival(tx, { ...came, kind: 'receipt', signedBy, onBehalfOf: null, reason: null }, keys, placements);
  const event = { ...legalEvent(message, provider, messageId), tipo };
  for (const { address: casella, motivo } of placements)
    if (motivo !== null) await publish(tx, receiptUnplaced, message, at, { ...event, casella, motivo });
  return isPlaced ? [file] : [];
}

/** Only a holder's box may be closed, and awaits receipts for a while after it has sent. */
async function judgeBox(
  tx: Tx,
  { gate, installation }: MailRules,
  { arrival, at }: About,
  address: string,
): Promise<ReturnType<typeof judgeReceipt>> {
  const box = gate.box(address);
  const takeOver = installation.takeOverOf(address);
  const sentAt = box?.kind === 'holder' ? sentForReceipts(await lastSentAt(tx, address), takeOver, at) : null;
  return judgeReceipt(box, arrival.certification.tipo, sentAt, at);
}

async function publishRepetition(
  tx: Tx,
  provider: Provider,
  { certification, messageId }: CertifiedArrival,
  before: readonly ReceivedBefore[],
  at: Instant,
): Promise<Received | ReceiptRefusal> {
  if (before.every(({ refused }) => refused)) return notForThisBox();
  const message = await lockKnownMessage(tx, before[0]?.identificativo ?? '');
  if (message === undefined) throw new Error('a receipt was taken before and its message is not known');
  await publish(tx, arrivalRepeated, message, at, {
    ...legalEvent(message, provider, messageId),
    tipo: certification.tipo,
  });
  return { received: 'repeated' };
}
