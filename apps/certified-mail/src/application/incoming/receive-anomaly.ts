import { createHash, randomUUID } from 'node:crypto';
import { anomalyEnclosed, arrivalRepeated } from '@recapito/contracts';
import type { Instant, Refusal } from '@recapito/primitives';
import { abridgedSubject, certifiedInstant, readOriginal } from '@recapito/rfc6109';
import type { CertifiedMessage } from '@recapito/rfc6109';
import { infectedAnomaly, judgeAnomaly } from '../../domain/receiving.ts';
import { addArrival, newRecipientsOf, lockBrought, alreadyReceived } from '../../persistence/arrival.store.ts';
import type { IncomingMessage, NewArrival } from '../../persistence/arrival.store.ts';
import { lockKnownMessage, lockMessage, publish } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Provider } from '../../programme/providers.ts';
import { legalEvent, newId } from '../certify.ts';
import type { MailParts } from '../mail-parts.ts';
import type { Received } from './receive-message.ts';
import { virusFound } from '../scan.ts';
import type { Scan } from '../scan.ts';

/** A message that no provider certifies, with the dialog in which it came. */
export interface ReceiveAnomaly {
  /** The provider of ours whose incoming point it is. */
  readonly provider: Provider;
  readonly reversePath: string;
  /** Lower case, each in a domain of `provider`. */
  readonly forwardPath: readonly string[];
  readonly bytes: Buffer;
  /** Why nothing is certified, in Italian. */
  readonly reason: string;
  readonly scan: Scan;
  readonly at: Instant;
}

/**
 * Takes a message that is not certified: it goes on in an anomaly envelope, and nothing is said of it to anybody. All of
 * its boxes take it or none, so that the peer's own notice is true. // INCOMING-ANOMALY
 *
 * The same bytes for the same box are taken once; brought again, also at the same instant, they are told as what they were
 * the first time, and nothing else is left of it. // INCOMING-ANOMALY-ONCE
 * Refusals: `incoming/box-takes-none`, `incoming/infected`.
 * @throws Unavailable when nobody has looked for viruses in what is fresh.
 */
export async function receiveAnomaly(tx: Tx, parts: MailParts, command: ReceiveAnomaly): Promise<Received | Refusal> {
  const { provider, reversePath, forwardPath, bytes, reason } = command;
  const { installation } = parts;
  const at = certifiedInstant(command.at);
  const peer = identityOfUncertified(bytes);
  await lockBrought(tx, peer);
  const taken = await alreadyReceived(tx, peer, forwardPath);
  const fresh = newRecipientsOf(forwardPath, taken);
  if (fresh.length === 0) return await tellRepeated(tx, provider, taken[0]?.identificativo, at);
  const virus = virusFound(command.scan);
  if (virus !== null) return infectedAnomaly(virus);
  const party = installation.partyOf(reversePath);
  for (const address of fresh) {
    const refusal = judgeAnomaly(parts.gate.box(address), party, at);
    if (refusal !== null) return refusal;
  }
  const identificativo = await newId(tx, installation.node, provider, at);
  const message = await lockMessage(tx, uncertified(command, identificativo), at);
  const id = randomUUID();
  const spoolSha256 = await parts.spool.write(id, bytes);
  const kind = { kind: 'anomaly', tipo: 'anomalia', reason } as const;
  const row: NewArrival = {
    ...kind,
    ...peer,
    id,
    provider: provider.name,
    identificativo,
    reversePath,
    at,
    spoolSha256,
  };
  await addArrival(
    tx,
    row,
    fresh.map((address) => ({ address, state: 'due' })),
  );
  const event = legalEvent(message, provider, identificativo);
  await publish(tx, anomalyEnclosed, identificativo, at, { ...event, motivo: reason });
  return { received: 'enclosed' };
}

/** What no provider has signed is told from others by its bytes. */
export function identityOfUncertified(bytes: Buffer): IncomingMessage {
  return { signedBy: '', messageId: createHash('sha256').update(bytes).digest('hex') };
}

async function tellRepeated(
  tx: Tx,
  provider: Provider,
  identificativo: string | undefined,
  at: Instant,
): Promise<Received> {
  const message = identificativo === undefined ? undefined : await lockKnownMessage(tx, identificativo);
  if (message === undefined) throw new Error('a message was taken before and is not known');
  const event = legalEvent(message, provider, message.identificativo);
  await publish(tx, arrivalRepeated, message.identificativo, at, { ...event, tipo: 'anomalia' });
  return { received: 'repeated' };
}

/** What is said of it, all of it uncertified: an id of ours, the dialog, and what its header says. */
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
