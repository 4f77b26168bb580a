import { anomalyEnclosed, arrivalRepeated, receiptDoubted, receiptUnplaced } from '@recapito/contracts';
import type { Instant, Refusal } from '@recapito/primitives';
import { abridgedSubject, certifiedInstant, readOriginal } from '@recapito/rfc6109';
import type { CertifiedMessage } from '@recapito/rfc6109';
import type { ArrivalKeys } from '../../persistence/arrival-keys.ts';
import { infectedAnomaly, judgeAnomaly, senderOfAnomaly, takesNoAnomaly } from '../../domain/receiving.ts';
import type { Uncertified } from '../../domain/receiving.ts';
import { notForThisBox } from '../../domain/receipt-standing.ts';
import type { Doubt } from '../../domain/receipt-standing.ts';
import { isSameAddress } from './same-address.ts';
import { addArrival, lockArrival, newRecipientsOf, receivedBefore } from '../../persistence/arrival.store.ts';
import type { NewArrival, NewPlacement, ReceivedBefore } from '../../persistence/arrival.store.ts';
import { lockKnownMessage, publish } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Installation } from '../../programme/installation.ts';
import type { Provider } from '../../programme/providers.ts';
import { saveNewMessage, legalEvent, newId } from '../certify.ts';
import type { MailRules } from '../../gate/mail-gate.ts';
import type { Received } from './receive-envelope.ts';
import { foundIn } from '../examined.ts';
import type { Examined } from '../examined.ts';
import { namingNone } from '../early-file.ts';
import type { EarlyFile, Named } from '../early-file.ts';

/** Why an anomaly is not taken. */
type AnomalyRefusal = Refusal<'incoming/box-takes-none' | 'incoming/infected'>;

/** A message that certifies nothing, with the dialog in which it came. */
export interface ReceiveAnomaly extends Uncertified {
  /** The provider of ours whose incoming point it is. */
  readonly provider: Provider;
  readonly keys: ArrivalKeys;
  /** Lower case, each in a domain of `provider`. */
  readonly forwardPath: readonly string[];
  readonly bytes: Buffer;
  /** The only address that it may go to, that of a receipt; null when there is no such address. */
  readonly addressee: string | null;
  /** Why a correct receipt certifies nothing, which is a finding; null otherwise. */
  readonly doubted: Doubt | null;
  /** Why nothing is certified, in Italian. */
  readonly reason: string;
  readonly examined: Examined;
  readonly at: Instant;
}

/**
 * Takes a message that is not certified: it goes on in an anomaly envelope to the boxes that take one. What a provider of the
 * index has signed leaves a trace also for the other boxes.
 *
 * It is taken once for each box: what was signed, or of ordinary mail the same bytes. When it comes again it is traced under
 * the id of the first time, and nothing else is left of it.
 * Refusals: `incoming/box-takes-none` when none of its boxes does, `incoming/infected`.
 * @throws Unavailable when nobody has looked for viruses in what is fresh.
 * @rule INCOMING-ANOMALY INCOMING-ANOMALY-ONCE
 */
export async function receiveAnomaly(
  tx: Tx,
  rules: MailRules,
  command: ReceiveAnomaly,
): Promise<Named<Received | AnomalyRefusal>> {
  const { keys, forwardPath, signedBy } = command;
  const at = certifiedInstant(command.at);
  await lockArrival(tx, keys);
  const before = await receivedBefore(tx, keys, forwardPath);
  const fresh = newRecipientsOf(forwardPath, before);
  if (fresh.length === 0) return namingNone(await publishRepetition(tx, command, before, at));
  const { virus, file } = foundIn(command.examined);
  if (virus !== null) return namingNone(infectedAnomaly(virus));
  const isFor = (address: string) => command.addressee === null || isSameAddress(address, command.addressee);
  const boxes = fresh.map((address) => {
    return { address, refusal: isFor(address) ? judgeAnomaly(rules.gate.box(address), at) : notForThisBox() };
  });
  const isTaken = boxes.some(({ refusal }) => refusal === null);
  if (!isTaken && signedBy === null) return namingNone(takesNoAnomaly(command.reason));
  const taken = boxes.map(({ address, refusal }): NewPlacement => {
    return { address, state: refusal === null ? 'due' : isTaken ? 'returned' : 'refused' };
  });
  await saveAnomaly(tx, rules.installation, command, { at, boxes: taken, file });
  return isTaken ? { answer: { received: 'enclosed' }, named: [file] } : namingNone(takesNoAnomaly(command.reason));
}

/** Keeps the message with its boxes, and says what became of it. */
async function saveAnomaly(
  tx: Tx,
  installation: Installation,
  command: ReceiveAnomaly,
  { at, boxes, file }: { at: Instant; boxes: readonly NewPlacement[]; file: EarlyFile },
): Promise<void> {
  const { provider, keys, reversePath, signedBy, reason } = command;
  const drawn = await newId(tx, installation.node, provider, at);
  const message = await saveNewMessage(tx, installation.node, provider, uncertified(command, drawn), at);
  const { identificativo } = message;
  const isTaken = boxes.some(({ state }) => state === 'due');
  const spoolSha256 = isTaken ? file.sha256 : null;
  const onBehalfOf = senderOfAnomaly(command, (address) => installation.index.providerOf(address) !== undefined);
  const came = {
    id: file.name,
    provider: provider.name,
    identificativo,
    messageId: keys.key,
    reversePath,
    at,
    spoolSha256,
  };
  const row: NewArrival = {
    ...came,
    kind: 'anomaly',
    tipo: 'anomalia',
    signedBy: signedBy?.provider ?? '',
    onBehalfOf,
    reason,
  };
  await addArrival(tx, row, keys, boxes);
  const event = legalEvent(message, provider, identificativo);
  if (isTaken) await publish(tx, anomalyEnclosed, message, at, { ...event, motivo: reason });
  if (command.doubted !== null) await publish(tx, receiptDoubted, message, at, { ...event, ...command.doubted });
  for (const { address: casella, state } of boxes)
    if (state !== 'due')
      await publish(tx, receiptUnplaced, message, at, {
        ...event,
        tipo: 'anomalia',
        casella,
        motivo: takesNoAnomaly().refused,
      });
}

async function publishRepetition(
  tx: Tx,
  { provider, reason }: ReceiveAnomaly,
  before: readonly ReceivedBefore[],
  at: Instant,
): Promise<Received | AnomalyRefusal> {
  if (before.every(({ refused }) => refused)) return takesNoAnomaly(reason);
  const [first] = before;
  const message = first && (await lockKnownMessage(tx, first.identificativo));
  if (message === undefined) throw new Error('a message was taken before and is not known');
  const event = legalEvent(message, provider, message.identificativo);
  await publish(tx, arrivalRepeated, message, at, { ...event, tipo: 'anomalia' });
  return { received: 'repeated' };
}

/** What is known of it, all of it uncertified: an id of ours, the dialog, and what its header says. */
function uncertified({ reversePath, forwardPath, bytes }: ReceiveAnomaly, identificativo: string): CertifiedMessage {
  const original = readOriginal(bytes);
  return {
    identificativo,
    msgid: original?.msgid ?? null,
    mittente: reversePath,
    destinatari: forwardPath.map((indirizzo) => ({ indirizzo, tipo: 'certificato' })),
    risposte: reversePath,
    oggetto: original?.oggetto ? abridgedSubject(original.oggetto) : null,
    ricevuta: 'sintetica',
  };
}
