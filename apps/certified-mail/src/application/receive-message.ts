import { randomUUID } from 'node:crypto';
import { arrivalRepeated, messageNotDelivered, receiptUnplaced, takenInCharge } from '@recapito/contracts';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { certifiedInstant } from '@recapito/rfc6109';
import type { CertificationData, CertifiedArrival, CertifiedMessage, DeliveryFailure } from '@recapito/rfc6109';
import { judgeEnvelope, judgeReceipt } from '../domain/receiving.ts';
import { addArrival, addressesTaken } from '../persistence/arrival.store.ts';
import type { NewArrival } from '../persistence/arrival.store.ts';
import { addEmissions } from '../persistence/emission.store.ts';
import { lockMessage, tell } from '../persistence/message.store.ts';
import { lastSentAt } from '../persistence/submission.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { Provider } from '../programme/providers.ts';
import { applyReceipt } from './apply-receipt.ts';
import { legalEvent, newEmission, newId } from './certify.ts';
import type { MailParts } from './mail-parts.ts';
import { tellOfOthers } from './tell-of-others.ts';

/** A message that an incoming point of ours has judged, with the dialog in which it came. */
export interface ReceiveMessage {
  /** The provider of ours whose incoming point it is. */
  readonly provider: Provider;
  readonly arrival: CertifiedArrival;
  readonly reversePath: string;
  /** Lower case, each in a domain of `provider`. */
  readonly forwardPath: readonly string[];
  readonly bytes: Buffer;
  readonly at: Instant;
}

/** `repeated`: all of it had been taken before, and nothing was done but to tell so. */
export type Received = { readonly received: 'taken' | 'repeated' };

/**
 * Takes a judged message into the incoming point: once for each signer, Message-ID and box, however often it comes.
 * // INCOMING-ONCE
 * Refusals: `incoming/contradicts-message` and those of `applyReceipt`.
 * @throws Unavailable when the gate cannot be sure for now: the peer is asked to come again.
 */
export async function receiveMessage(tx: Tx, parts: MailParts, command: ReceiveMessage): Promise<Received | Refusal> {
  const { arrival, provider } = command;
  const { certification, messageId } = arrival;
  const at = certifiedInstant(command.at);
  const message = await lockMessage(tx, messageOf(certification), at);
  if (message.mittente !== certification.mittente) return contradicts();
  const signedBy = arrival.provider.providerName;
  const taken = await addressesTaken(tx, { signedBy, messageId }, command.forwardPath);
  const fresh = command.forwardPath.filter((address) => !taken.includes(address));
  if (fresh.length === 0) {
    const repetition = { ...legalEvent(message, provider, messageId), tipo: certification.tipo };
    await tell(tx, arrivalRepeated, message.identificativo, at, repetition);
    return { received: 'repeated' };
  }
  if (arrival.kind === 'receipt') {
    const applied = await applyReceipt(tx, parts, arrival);
    if (isRefusal(applied)) return applied;
  }
  await tellOfOthers(tx, parts.installation, arrival, message);
  const id = randomUUID();
  const spoolSha256 = await parts.spool.write(id, command.bytes);
  const row: NewArrival = {
    id,
    provider: provider.name,
    kind: arrival.kind,
    identificativo: message.identificativo,
    messageId,
    signedBy,
    reversePath: command.reversePath,
    tipo: certification.tipo,
    at,
    spoolSha256,
  };
  if (arrival.kind === 'envelope') await takeEnvelope(tx, parts, { row, message, provider, boxes: fresh });
  else await takeReceipt(tx, parts, { row, message, provider, boxes: fresh });
  return { received: 'taken' };
}

interface Taking {
  readonly row: NewArrival;
  readonly message: CertifiedMessage;
  readonly provider: Provider;
  readonly boxes: readonly string[];
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
  const messageId = await newId(tx, installation.node, provider, row.at);
  const sendersEntry = installation.index.providerOf(message.mittente);
  if (sendersEntry === undefined) throw new Error(`no provider answers for ${message.mittente}`);
  const presa = { messageId, forwardPath: [sendersEntry.mailReceipt], about: boxes, towards: row.signedBy };
  await addEmissions(tx, [newEmission(message, provider, row.at, { kind: 'presa-in-carico', ...presa })]);
  const ricezione = [...boxes];
  await tell(tx, takenInCharge, message.identificativo, row.at, {
    ...legalEvent(message, provider, messageId),
    ricezione,
  });
  for (const { address, failure } of judged)
    if (failure !== null)
      await refuseDelivery(tx, parts, { row, message, provider, recipient: address, failure, at: row.at });
}

/** Tells the sender that an envelope cannot reach a recipient: the final outcome of that recipient. */
export async function refuseDelivery(
  tx: Tx,
  { installation }: MailParts,
  refused: Omit<Taking, 'boxes'> & { recipient: string; failure: DeliveryFailure; at: Instant },
): Promise<void> {
  const { row, message, provider, recipient, failure, at } = refused;
  const messageId = await newId(tx, installation.node, provider, at);
  const notice = { messageId, forwardPath: [message.mittente], about: [recipient], towards: row.signedBy, ...failure };
  await addEmissions(tx, [newEmission(message, provider, at, { kind: 'errore-consegna', ...notice })]);
  await tell(tx, messageNotDelivered, message.identificativo, at, {
    ...legalEvent(message, provider, messageId),
    ...failure,
    consegna: recipient,
  });
}

/** A receipt's content has been applied; here it is put on its way to the box that awaits it, or told to have none. */
async function takeReceipt(tx: Tx, { gate }: MailParts, { row, message, provider, boxes }: Taking): Promise<void> {
  const judged = await Promise.all(
    boxes.map(async (address) => ({
      address,
      refusal: judgeReceipt(gate.box(address), row.tipo, await lastSentAt(tx, address), row.at),
    })),
  );
  await addArrival(
    tx,
    row,
    judged.map(({ address, refusal }) => ({ address, state: refusal === null ? 'due' : 'returned' })),
  );
  for (const { address, refusal } of judged)
    if (refusal !== null)
      await tell(tx, receiptUnplaced, message.identificativo, row.at, {
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
