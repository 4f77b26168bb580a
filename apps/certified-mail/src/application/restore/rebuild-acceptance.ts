import { createHash } from 'node:crypto';
import type { DataOf, messageAccepted } from '@recapito/contracts';
import type { ForgottenFact } from '@recapito/messaging';
import { readOriginal, repliesTo } from '@recapito/rfc6109';
import type { CertifiedMessage } from '@recapito/rfc6109';
import { ordinaryDomain } from '../../domain/ordinary-mail.ts';
import type { Spool } from '../../files/spool.ts';
import { addEmissions } from '../../persistence/emission.store.ts';
import { endedByForgotten, raiseMessageNumber, markErased } from '../../persistence/forgotten.store.ts';
import { addMessage, lockKnownMessage } from '../../persistence/message.store.ts';
import { addSubmission } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Installation } from '../../programme/installation.ts';
import { newEmission } from '../certify.ts';

/** What rebuilding a message works with beside the database. */
export interface RebuildParts {
  readonly installation: Installation;
  readonly spool: Pick<Spool, 'find'>;
}

/**
 * A message was accepted: its sender holds an acceptance, so it goes on. Its file is taken from the spool, or from the
 * orphans; its receipt and envelopes are due; the envelopes are ended by the facts that follow, and the receipt is not put into its
 * box a second time. False when the file is gone and the message has not come to its end: an operator has to answer the
 * sender.
 * @rule MAIL-REBUILDS
 */
export async function repeatAcceptance(
  tx: Tx,
  { installation, spool }: RebuildParts,
  data: DataOf<typeof messageAccepted>,
  { key, time, sequence }: ForgottenFact,
): Promise<boolean> {
  if ((await lockKnownMessage(tx, key)) !== undefined) return true;
  const provider = installation.providerNamed(data.gestore);
  const bytes = await spool.find(data.identificativo);
  const original = bytes === undefined ? null : readOriginal(bytes);
  if (provider === undefined || (original === null && !(await hasEnded(tx, key, data)))) return false;
  const carriers = data.destinatari.map(({ indirizzo: address }) => ({
    address,
    provider: installation.carrierOf(address, provider),
  }));
  const recipients = carriers.flatMap(({ address, provider: carrier }) =>
    carrier === null ? [] : [{ address, provider: carrier, state: firstState(carrier) }],
  );
  if (recipients.length < carriers.length) return false;
  const { identificativo, msgid, mittente, destinatari, oggetto, tipoRicevuta: ricevuta, remarks } = data;
  const risposte = original === null ? mittente : repliesTo(original, mittente);
  const more = remarks === undefined ? {} : { remarks: remarks as NonNullable<CertifiedMessage['remarks']> };
  const certified = { identificativo, msgid, mittente, destinatari, risposte, oggetto, ricevuta, ...more };
  const message = await addMessage(tx, certified, time);
  if (message === null) return false;
  const spoolSha256 = bytes === undefined ? null : createHash('sha256').update(bytes).digest('hex');
  const kept = { identificativo, provider: provider.name, sender: mittente, at: time, reasons: [], spoolSha256 };
  await addSubmission(tx, { ...kept, legalKey: null, state: 'accepted' }, recipients);
  if (bytes === undefined) await markErased(tx, identificativo, time);
  const groups = Map.groupBy(recipients, (each) => each.provider);
  const envelopes = Array.from(groups, ([towards, group]) => {
    const forwardPath = group.map(({ address }) => address);
    return newEmission(message, provider, time, {
      kind: 'posta-certificata',
      messageId: identificativo,
      forwardPath,
      towards,
    });
  });
  const forwardPath = [mittente];
  const receipt = newEmission(message, provider, time, {
    kind: 'accettazione',
    messageId: data.messageId,
    forwardPath,
  });
  await addEmissions(tx, [receipt, ...envelopes]);
  await raiseMessageNumber(tx, key, sequence);
  return true;
}

/** Every recipient has an outcome: the file was erased then, and nobody needs it any more. */
async function hasEnded(tx: Tx, key: string, { destinatari }: DataOf<typeof messageAccepted>): Promise<boolean> {
  const ended = await endedByForgotten(tx, key);
  return destinatari.every(({ indirizzo }) => ended.has(indirizzo.toLowerCase()));
}

function firstState(carrier: string): 'dispatched' | 'outgoing' {
  return ordinaryDomain(carrier) === null ? 'dispatched' : 'outgoing';
}
