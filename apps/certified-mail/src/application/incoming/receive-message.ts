import { randomUUID } from 'node:crypto';
import { arrivalRepeated, arrivedInClear, receiptUnplaced } from '@recapito/contracts';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { certifiedInstant } from '@recapito/rfc6109';
import type { CertificationData, CertifiedArrival, CertifiedMessage } from '@recapito/rfc6109';
import { judgeEnvelope, judgeReceipt } from '../../domain/receiving.ts';
import { addArrival, newRecipientsOf, alreadyReceived } from '../../persistence/arrival.store.ts';
import type { NewArrival } from '../../persistence/arrival.store.ts';
import { lockKnownMessage, lockMessage, publish } from '../../persistence/message.store.ts';
import { lastSentAt } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Provider } from '../../programme/providers.ts';
import { applyReceipt, ofNoMessage } from './apply-receipt.ts';
import { legalEvent } from '../certify.ts';
import type { MailParts } from '../mail-parts.ts';
import { refuseInfected } from './refuse-infected.ts';
import { virusFound } from '../scan.ts';
import type { Scan } from '../scan.ts';
import { takeInCharge } from './take-in-charge.ts';
import type { Taking } from './take-in-charge.ts';
import { publishNotDelivered } from '../delivery/publish-not-delivered.ts';
import { publishForeignEvent } from './publish-foreign-event.ts';

/** A message that an incoming point of ours has judged, with the dialog in which it came. */
export interface ReceiveMessage {
  /** The provider of ours whose incoming point it is. */
  readonly provider: Provider;
  readonly arrival: CertifiedArrival;
  readonly reversePath: string;
  /** Lower case, each in a domain of `provider`. */
  readonly forwardPath: readonly string[];
  readonly bytes: Buffer;
  /** True when it came over the network without TLS. // TLS-CLEAR-TRACED */
  readonly inClear: boolean;
  readonly scan: Scan;
  readonly at: Instant;
}

/**
 * `enclosed`: taken, and certified by nobody. `repeated`: all of it had been taken before, and nothing was done but to tell
 * so.
 */
export type Received = { readonly received: 'taken' | 'enclosed' | 'repeated' };

/**
 * Takes a judged message into the incoming point: once for each signer, Message-ID and box, however often it comes.
 * // INCOMING-ONCE
 * Refusals: `incoming/contradicts-message` and those of `applyReceipt`.
 * @throws Unavailable when the gate cannot be sure for now, or nobody has looked for viruses in what is fresh: the peer is
 * asked to come again.
 */
export async function receiveMessage(tx: Tx, parts: MailParts, command: ReceiveMessage): Promise<Received | Refusal> {
  const { arrival, provider } = command;
  const { certification, messageId } = arrival;
  const at = certifiedInstant(command.at);
  // A receipt is about a message that is known, or about none: only an envelope makes one known.
  const message =
    arrival.kind === 'receipt'
      ? await lockKnownMessage(tx, certification.identificativo)
      : await lockMessage(tx, messageOf(certification), at);
  if (message === undefined) return ofNoMessage();
  if (message.mittente !== certification.mittente) return contradicts();
  const signedBy = arrival.provider.providerName;
  const taken = await alreadyReceived(tx, { signedBy, messageId }, command.forwardPath);
  const fresh = newRecipientsOf(command.forwardPath, taken);
  if (fresh.length === 0) {
    const repetition = { ...legalEvent(message, provider, messageId), tipo: certification.tipo };
    await publish(tx, arrivalRepeated, message.identificativo, at, repetition);
    return { received: 'repeated' };
  }
  if (arrival.kind === 'receipt') {
    const applied = await applyReceipt(tx, parts, { arrival, message, provider, at });
    if (isRefusal(applied)) return applied;
  }
  await publishForeignEvent(tx, parts.installation, arrival, message);
  if (command.inClear) await publishInClear(tx, command, message, at);
  const virus = virusFound(command.scan);
  const row: NewArrival = {
    id: randomUUID(),
    provider: provider.name,
    kind: arrival.kind,
    identificativo: message.identificativo,
    messageId,
    signedBy,
    reversePath: command.reversePath,
    tipo: certification.tipo,
    at,
    reason: null,
    spoolSha256: null,
  };
  const taking = { row, message, provider, boxes: fresh };
  if (virus === null) await take(tx, parts, taking, command.bytes);
  else await refuseInfected(tx, parts, { ...taking, virus, bytes: command.bytes });
  return { received: 'taken' };
}

async function publishInClear(
  tx: Tx,
  { arrival: { certification, messageId, provider } }: ReceiveMessage,
  message: CertifiedMessage,
  at: Instant,
): Promise<void> {
  const event = legalEvent(message, { name: provider.providerName }, messageId);
  await publish(tx, arrivedInClear, message.identificativo, at, { ...event, tipo: certification.tipo });
}

/** A file in the spool before the row that names it, and from there on its way. */
async function take(tx: Tx, parts: MailParts, taking: Taking, bytes: Buffer): Promise<void> {
  const spoolSha256 = await parts.spool.write(taking.row.id, bytes);
  const spooled = { ...taking, row: { ...taking.row, spoolSha256 } };
  if (taking.row.kind === 'envelope') await takeEnvelope(tx, parts, spooled);
  else await takeReceipt(tx, parts, spooled);
}

/** Answers for the recipients of an envelope, all of them in one receipt, and refuses those whose box does not take it. */
async function takeEnvelope(tx: Tx, parts: MailParts, { row, message, provider, boxes }: Taking): Promise<void> {
  const { installation, gate } = parts;
  const party = installation.partyOf(row.reversePath);
  const judged = boxes.map((address) => ({
    address,
    failure: judgeEnvelope(gate.box(address), party, row.at, provider.name),
  }));
  await addArrival(
    tx,
    row,
    judged.map(({ address, failure }) => ({ address, state: failure === null ? 'due' : 'returned' })),
  );
  await takeInCharge(tx, parts, { row, message, provider, boxes });
  const { signedBy: towards, at } = row;
  for (const { address: recipient, failure } of judged)
    if (failure !== null)
      await publishNotDelivered(tx, installation.node, { message, provider, recipient, failure, towards, at });
}

/** A receipt's content has been applied; here it is put on its way to the box that awaits it, or told to have none. */
async function takeReceipt(tx: Tx, { gate }: MailParts, { row, message, provider, boxes }: Taking): Promise<void> {
  const judged = await Promise.all(
    boxes.map(async (address) => {
      const box = gate.box(address);
      // Only a holder's box may be closed, and awaits receipts for a while after it has sent.
      const sentAt = box?.kind === 'held' ? await lastSentAt(tx, address) : null;
      return { address, refusal: judgeReceipt(box, row.tipo, sentAt, row.at) };
    }),
  );
  await addArrival(
    tx,
    row,
    judged.map(({ address, refusal }) => ({ address, state: refusal === null ? 'due' : 'returned' })),
  );
  for (const { address, refusal } of judged)
    if (refusal !== null)
      await publish(tx, receiptUnplaced, message.identificativo, row.at, {
        ...legalEvent(message, provider, row.messageId),
        tipo: row.tipo,
        casella: address,
        motivo: refusal.refused,
      });
}

function messageOf(data: CertificationData): CertifiedMessage {
  const { identificativo, msgid, mittente, destinatari, risposte, oggetto, ricevuta } = data;
  return { identificativo, msgid, mittente, destinatari, risposte, oggetto, ricevuta: ricevuta ?? 'completa' };
}

function contradicts(): Refusal<'incoming/contradicts-message'> {
  return refuse('incoming/contradicts-message', 'INCOMING-SAME-DATA', {
    it: 'I dati di certificazione nominano un mittente diverso da quello già noto per lo stesso identificativo.',
    en: 'The certification data name another sender than the one known for the same identificativo.',
  });
}
