import { envelopeDispatched, messageAccepted } from '@recapito/contracts';
import type { Refusal } from '@recapito/primitives';
import { ordinaryDomain } from '../../domain/ordinary-mail.ts';
import { notCertifiable } from '../../domain/sending.ts';
import type { Addressee } from '../../domain/sending.ts';
import { addEmissions } from '../../persistence/emission.store.ts';
import { publish } from '../../persistence/message.store.ts';
import { addSubmission } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { canBeBuilt, saveOwnMessage, legalEvent, newEmission, newId } from '../certify.ts';
import type { EarlyFile } from '../early-file.ts';
import type { Installation } from '../../programme/installation.ts';
import type { JudgedSubmission, SubmitMessage, Submitted } from './submission.ts';

/**
 * Accepts a message whose file lies in the spool: follows its recipients, and leaves an acceptance receipt and an envelope
 * for each provider to be carried. Receipt and envelope are built once before any row is written: what is promised can be
 * kept.
 * Refusal (nothing was written): `submission/not-certifiable`.
 * @rule ACCEPTANCE-BUILT-FIRST
 */
export async function acceptMessage(
  tx: Tx,
  installation: Installation,
  accepted: JudgedSubmission & { addressees: readonly Addressee[]; command: SubmitMessage; file: EarlyFile },
): Promise<Submitted | Refusal<'submission/not-certifiable'>> {
  const { message, provider, legalKey, at, addressees, command, file } = accepted;
  const { identificativo, mittente: sender, ricevuta } = message;
  const { reencoded, submittedSha256 } = command;
  const recipients = addressees.map(({ address, provider: name }) => {
    const carrier = reachable(name, address);
    return { address, provider: carrier, state: ordinaryDomain(carrier) === null ? 'dispatched' : 'outgoing' } as const;
  });
  const messageId = await newId(tx, installation.node, provider, at);
  const receipt = newEmission(message, provider, at, { kind: 'accettazione', messageId, forwardPath: [sender] });
  const envelopes = Array.from(
    Map.groupBy(recipients, (each) => each.provider),
    ([towards, group]) => {
      const isOrdinary = ordinaryDomain(towards) !== null;
      const forwardPath = group.map(({ address }) => (isOrdinary ? command.asWritten(address) : address));
      const made = { kind: 'posta-certificata', messageId: identificativo, forwardPath, towards } as const;
      return newEmission(message, provider, at, made);
    },
  );
  // Every envelope holds the same: they differ in their dialog alone.
  if (!canBeBuilt([receipt, ...envelopes.slice(0, 1)], message, provider, file.bytes)) return notCertifiable();
  await saveOwnMessage(tx, message, at);
  const submission = { identificativo, provider: provider.name, sender, legalKey, at, reasons: [] } as const;
  await addSubmission(tx, { ...submission, state: 'accepted', spoolSha256: file.sha256 }, recipients);
  await addEmissions(tx, [receipt, ...envelopes]);
  await publish(tx, messageAccepted, message, at, {
    ...legalEvent(message, provider, messageId),
    tipoRicevuta: ricevuta,
    ...(reencoded.length === 0
      ? {}
      : { reencoded: { parts: [...reencoded], submittedSha256, keptSha256: file.sha256 } }),
    ...(message.remarks === undefined ? {} : { remarks: [...message.remarks] }),
  });
  await publish(tx, envelopeDispatched, message, at, {
    ...legalEvent(message, provider, identificativo),
    tipoRicevuta: ricevuta,
  });
  return { identificativo, outcome: 'accepted', at, reasons: [] };
}

function reachable(provider: string | null, address: string): string {
  if (provider === null) throw new Error(`${address} was admitted without a route`);
  return provider;
}
