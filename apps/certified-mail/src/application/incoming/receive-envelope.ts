import { randomUUID } from 'node:crypto';
import { arrivalRepeated } from '@recapito/contracts';
import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { certifiedInstant, ownerOfId } from '@recapito/rfc6109';
import type { CertificationData, CertifiedArrival, CertifiedMessage } from '@recapito/rfc6109';
import type { ArrivalKeys } from '../../persistence/arrival-keys.ts';
import { judgeEnvelope } from '../../domain/receiving.ts';
import { addArrival, newRecipientsOf, receivedBefore } from '../../persistence/arrival.store.ts';
import type { NewArrival } from '../../persistence/arrival.store.ts';
import { lockKnownMessage, lockMessage, publish } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Installation } from '../../programme/installation.ts';
import type { Provider } from '../../programme/providers.ts';
import { legalEvent } from '../certify.ts';
import type { MailRules } from '../../gate/mail-gate.ts';
import { refuseInfected } from './refuse-infected.ts';
import { namingNone } from '../early-file.ts';
import type { Named } from '../early-file.ts';
import { foundIn } from '../examined.ts';
import type { Examined } from '../examined.ts';
import { takeInCharge } from './take-in-charge.ts';
import type { Taking } from './take-in-charge.ts';
import { publishNotDelivered } from '../delivery/publish-not-delivered.ts';
import { publishForeignEvent } from './publish-foreign-event.ts';
import { publishInClear } from './publish-in-clear.ts';

/** An envelope that an incoming point of ours has judged, with the dialog in which it came. */
export interface Envelope {
  /** The provider of ours whose incoming point it is. */
  readonly provider: Provider;
  readonly arrival: CertifiedArrival;
  readonly keys: ArrivalKeys;
  readonly reversePath: string;
  /** Lower case, each in a domain of `provider`, each a recipient that the signed data name. */
  readonly forwardPath: readonly string[];
  /** True when it came over the network without TLS. */
  readonly inClear: boolean;
  readonly examined: Examined;
  readonly at: Instant;
}

/**
 * `enclosed`: taken, and certified by nobody. `repeated`: all of it had been taken before, and nothing was done but to trace
 * it.
 */
export type Received = { readonly received: 'taken' | 'enclosed' | 'repeated' };

/**
 * Takes a judged envelope into the incoming point: once for each signer, identificativo and box, however often it comes.
 * Refusal: `incoming/contradicts-message`.
 * @throws Unavailable when the gate cannot be sure for now, or nobody has looked for viruses in what is fresh: the peer is
 * asked to come again.
 * @rule INCOMING-ONCE
 */
export async function receiveEnvelope(
  tx: Tx,
  rules: MailRules,
  command: Envelope,
): Promise<Named<Received | Refusal<'incoming/contradicts-message'>>> {
  const { arrival, provider, keys, reversePath } = command;
  const { certification, messageId } = arrival;
  const signedBy = arrival.provider.providerName;
  const at = certifiedInstant(command.at);
  const message = await lockMessage(
    tx,
    messageKey(rules.installation, certification, signedBy),
    messageOf(certification),
    at,
  );
  if (message.mittente !== certification.mittente) return namingNone(contradicts());
  const before = await receivedBefore(tx, keys, command.forwardPath);
  const fresh = newRecipientsOf(command.forwardPath, before);
  if (fresh.length === 0)
    return namingNone(await publishRepetition(tx, provider, command, before[0]?.identificativo ?? message.key, at));
  await publishForeignEvent(tx, rules.installation, arrival, message);
  if (command.inClear) await publishInClear(tx, arrival, message, at);
  const { virus, file } = foundIn(command.examined);
  const { tipo } = certification;
  const came = {
    provider: provider.name,
    identificativo: message.key,
    messageId,
    signedBy,
    reversePath,
    tipo,
    at,
  } as const;
  const row: NewArrival = {
    ...came,
    id: virus === null ? file.name : randomUUID(),
    kind: 'envelope',
    onBehalfOf: null,
    reason: null,
    spoolSha256: virus === null ? file.sha256 : null,
  };
  const taking = { row, keys, message, provider, boxes: fresh };
  if (virus === null) await saveEnvelope(tx, rules, taking);
  else await refuseInfected(tx, rules.installation, { ...taking, virus, file });
  return { answer: { received: 'taken' }, named: [file] };
}

/** Publishes that a peer has sent again what was taken. */
async function publishRepetition(
  tx: Tx,
  provider: Provider,
  { arrival }: Envelope,
  key: string,
  at: Instant,
): Promise<Received> {
  const message = await lockKnownMessage(tx, key);
  if (message === undefined) throw new Error(`${key} was taken before and is not known`);
  const repetition = { ...legalEvent(message, provider, arrival.messageId), tipo: arrival.certification.tipo };
  await publish(tx, arrivalRepeated, message, at, repetition);
  return { received: 'repeated' };
}

/**
 * Answers for the recipients of an envelope, all of them in one receipt, and refuses those whose box does not take it.
 */
async function saveEnvelope(tx: Tx, rules: MailRules, taking: Taking): Promise<void> {
  const { installation, gate } = rules;
  const { row, keys, message, provider, boxes } = taking;
  const party = installation.partyOf(row.reversePath);
  const judged = boxes.map((address) => ({
    address,
    failure: judgeEnvelope(gate.box(address), party, row.at, provider.name),
  }));
  await addArrival(
    tx,
    row,
    keys,
    judged.map(({ address, failure }) => ({ address, state: failure === null ? 'due' : 'returned' })),
  );
  await takeInCharge(tx, installation, taking);
  const { signedBy: towards, at } = row;
  for (const { address: recipient, failure } of judged)
    if (failure !== null)
      await publishNotDelivered(tx, installation.node, { message, provider, recipient, failure, towards, at });
}

/**
 * The key of a message of another provider: its id, which nobody else may use, or with its signer when the domain of the id
 * is nobody's, so that two providers may use the same.
 * @rule INCOMING-ID
 */
function messageKey(installation: Installation, { identificativo }: CertificationData, signedBy: string): string {
  const owned = ownerOfId(identificativo, installation.index) !== undefined;
  return owned ? identificativo : `${identificativo} ${signedBy}`;
}

/** What every receipt about a message repeats, from its certification data. */
export function messageOf(data: CertificationData): CertifiedMessage {
  const { identificativo, msgid, mittente, destinatari, risposte, oggetto, ricevuta } = data;
  return { identificativo, msgid, mittente, destinatari, risposte, oggetto, ricevuta: ricevuta ?? 'completa' };
}

function contradicts(): Refusal<'incoming/contradicts-message'> {
  return refuse('incoming/contradicts-message', 'INCOMING-SAME-DATA', {
    it: 'I dati di certificazione nominano un mittente diverso da quello già noto per lo stesso identificativo.',
    en: 'The certification data name another sender than the one known for the same identificativo.',
  });
}
