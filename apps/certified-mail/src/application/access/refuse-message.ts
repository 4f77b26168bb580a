import { messageRefused } from '@recapito/contracts';
import type { Refusal } from '@recapito/primitives';
import { virusError } from '@recapito/rfc6109';
import { notCertifiable } from '../../domain/sending.ts';
import { addEmissions } from '../../persistence/emission.store.ts';
import { publish } from '../../persistence/message.store.ts';
import { addSubmission } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { canBeBuilt, saveOwnMessage, legalEvent, newEmission, newId } from '../certify.ts';
import { namingNone } from '../early-file.ts';
import type { EarlyFile, Named } from '../early-file.ts';
import type { Installation } from '../../programme/installation.ts';
import { quarantineMessage } from '../quarantine-message.ts';
import type { JudgedSubmission, SubmitMessage, Submitted } from './submission.ts';

/** Reasons that a notice names one by one. */
const mostTold = 20;

/**
 * Answers a message with a non-acceptance notice for the whole of it. The infected one stays in quarantine.
 * Refusal (nothing was taken): `submission/not-certifiable`, when not even the notice can be built.
 */
export async function refuseMessage(
  tx: Tx,
  installation: Installation,
  refused: JudgedSubmission & {
    reasons: readonly Refusal[];
    infection: { virus: string; file: EarlyFile } | null;
    command: SubmitMessage;
  },
): Promise<Named<Submitted | Refusal<'submission/not-certifiable'>>> {
  const { message, provider, legalKey, at, reasons, infection, command } = refused;
  const { identificativo, mittente: sender } = message;
  const messageId = await newId(tx, installation.node, provider, at);
  const errore = infection === null ? 'altro' : 'virus';
  const erroreEsteso = infection === null ? inWords(reasons) : virusError(provider, infection.virus);
  const made = { kind: 'non-accettazione', messageId, forwardPath: [sender], errore, erroreEsteso } as const;
  const notice = newEmission(message, provider, at, made);
  if (!canBeBuilt([notice], message, provider, null)) return namingNone(notCertifiable());
  await saveOwnMessage(tx, message, at);
  const submission = { identificativo, provider: provider.name, sender, legalKey, at, reasons } as const;
  await addSubmission(tx, { ...submission, state: 'refused', spoolSha256: null }, []);
  if (infection !== null) {
    const { recipients } = command;
    const { virus, file } = infection;
    const found = { identificativo, provider: provider.name, sender, recipients, virus, at, point: 'access' } as const;
    await quarantineMessage(tx, found, file);
  }
  await addEmissions(tx, [notice]);
  await publish(tx, messageRefused, message, at, {
    ...legalEvent(message, provider, messageId),
    errore,
    erroreEsteso,
  });
  const answer = { identificativo, outcome: 'refused', at, reasons } as const;
  return { answer, named: infection === null ? [] : [infection.file] };
}

/** What a notice says of the reasons; of a thousand addresses it names those that a person reads. */
function inWords(reasons: readonly Refusal[]): string {
  const more = reasons.length - mostTold;
  const told = reasons.slice(0, mostTold).map(({ words: { it } }) => it);
  return [...told, ...(more > 0 ? [`e altri ${more} motivi`] : [])].join('; ');
}
