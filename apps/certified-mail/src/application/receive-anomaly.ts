import { createHash, randomUUID } from 'node:crypto';
import { anomalyEnclosed, arrivalRepeated } from '@recapito/contracts';
import type { Instant, Refusal } from '@recapito/primitives';
import { certifiedInstant, readOriginal } from '@recapito/rfc6109';
import type { CertifiedMessage } from '@recapito/rfc6109';
import { judgeAnomaly } from '../domain/receiving.ts';
import { addArrival, addressesTaken } from '../persistence/arrival.store.ts';
import type { NewArrival } from '../persistence/arrival.store.ts';
import { lockMessage, tell } from '../persistence/message.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { Provider } from '../programme/providers.ts';
import { legalEvent, newId } from './certify.ts';
import type { MailParts } from './mail-parts.ts';
import type { Received } from './receive-message.ts';

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
  readonly at: Instant;
}

/**
 * Takes a message that is not certified: it goes on in an anomaly envelope, and nothing is said of it to anybody. All of
 * its boxes take it or none, so that the peer's own notice is true. The same bytes for the same box are taken once.
 * // INCOMING-ANOMALY
 * Refusals: `incoming/box-takes-none`.
 */
export async function receiveAnomaly(tx: Tx, parts: MailParts, command: ReceiveAnomaly): Promise<Received | Refusal> {
  const { provider, reversePath, forwardPath, bytes, reason } = command;
  const at = certifiedInstant(command.at);
  const peer = { signedBy: '', messageId: createHash('sha256').update(bytes).digest('hex') };
  const taken = await addressesTaken(tx, peer, forwardPath);
  const fresh = forwardPath.filter((address) => !taken.includes(address));
  const party = parts.installation.partyOf(reversePath);
  for (const address of fresh) {
    const refusal = judgeAnomaly(parts.gate.box(address), party, at);
    if (refusal !== null) return refusal;
  }
  const message = await uncertified(tx, parts, command, at);
  await lockMessage(tx, message, at);
  const { identificativo } = message;
  const event = legalEvent(message, provider, identificativo);
  if (fresh.length === 0) {
    await tell(tx, arrivalRepeated, identificativo, at, { ...event, tipo: 'anomalia' });
    return { received: 'repeated' };
  }
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
  await tell(tx, anomalyEnclosed, identificativo, at, { ...event, motivo: reason });
  return { received: 'enclosed' };
}

/** What is said of it, all of it uncertified: an id of ours, the dialog, and what its header says. */
async function uncertified(
  tx: Tx,
  { installation }: MailParts,
  { provider, reversePath, forwardPath, bytes }: ReceiveAnomaly,
  at: Instant,
): Promise<CertifiedMessage> {
  const original = readOriginal(bytes);
  return {
    identificativo: await newId(tx, installation.node, provider, at),
    msgid: original?.msgid ?? null,
    mittente: reversePath,
    destinatari: forwardPath.map((indirizzo) => ({ indirizzo, tipo: 'certificato' })),
    risposte: reversePath,
    oggetto: original?.oggetto ?? null,
    ricevuta: 'sintetica',
  };
}
