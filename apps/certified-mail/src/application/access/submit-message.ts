import { isRefusal } from '@recapito/primitives';
import { certifiedInstant, formalChecks, isTooLargeToCertify, repliesTo } from '@recapito/rfc6109';
import type { CertifiedMessage, SubmissionLimits } from '@recapito/rfc6109';
import type { KnownBox } from '../../domain/box.ts';
import { isRepetition } from '../../domain/repetition.ts';
import { infected, judgeAddressees, tooLargeToCertify } from '../../domain/sending.ts';
import type { Addressee, SubmissionRefusal } from '../../domain/sending.ts';
import { forgetLegalKey, lockLegalKey, submissionByLegalKey } from '../../persistence/submission.store.ts';
import type { Submission } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Installation } from '../../programme/installation.ts';
import type { Provider } from '../../programme/providers.ts';
import { newId } from '../certify.ts';
import type { MailRules } from '../../gate/mail-gate.ts';
import { namingNone } from '../early-file.ts';
import type { Named } from '../early-file.ts';
import { foundIn } from '../examined.ts';
import { acceptMessage } from './accept-message.ts';
import { admitSending } from './admit-sending.ts';
import { refuseMessage } from './refuse-message.ts';
import type { SubmitMessage, Submitted } from './submission.ts';

/**
 * Takes a message: checks it, certifies it, and names the file in which it lies already. A repetition of an earlier
 * submission is answered as that was.
 *
 * Refusals (nothing was taken): `submission/too-much-said`, `submission/not-certifiable`, and those of `admitSending`,
 * which may have held the box. A message that fails a formal check or the circuit, or cannot be built, is taken and
 * refused by a notice: that is no refusal of this function.
 * @throws Unavailable when the gate cannot be sure for now, or nobody has looked for viruses in what would be accepted.
 * @rule SUBMISSION-SAME-MESSAGE
 */
export async function submitMessage(
  tx: Tx,
  rules: MailRules,
  command: SubmitMessage,
): Promise<Named<Submitted | SubmissionRefusal>> {
  const { installation, gate } = rules;
  const { sender, recipients } = command;
  const earlier = await earlierSubmission(tx, command);
  if (earlier !== undefined) return namingNone(submittedOf(earlier));
  const provider = installation.managing(sender);
  const box = gate.box(sender);
  const refusal = await admitSending(tx, rules, { sender, recipients, at: command.at }, 'decided');
  if (refusal !== null) return namingNone(refusal);
  if (box === undefined || provider === undefined) throw new Error(`${sender} sends and has no provider`);
  const addressees = recipients.map((address): Addressee => ({
    address,
    party: installation.partyOf(address),
    provider: installation.carrierOf(address, provider),
  }));
  const formal = formalChecks(
    { reversePath: sender, forwardPath: recipients, original: command.original },
    limitsOf(box, provider),
  );
  // The order of RFC 6109 section 2.2.1: form, virus, addressees.
  const { virus, file } = formal.length === 0 ? foundIn(command.examined) : { virus: null, file: null };
  const reasons = virus === null ? [...formal, ...judgeAddressees(box, addressees, command.at)] : [infected(virus)];
  const at = certifiedInstant(command.at);
  const identificativo = file !== null && virus === null ? file.name : await newId(tx, installation.node, provider, at);
  const drawn = certifyMessage(installation, identificativo, command);
  if (isTooLargeToCertify(drawn)) return namingNone(tooLargeToCertify());
  const message = { ...drawn, key: drawn.identificativo };
  const judged = { message, provider, legalKey: command.legalKey?.key ?? null, at, command };
  const infection = virus === null || file === null ? null : { virus, file };
  if (reasons.length > 0 || file === null)
    return await refuseMessage(tx, installation, { ...judged, reasons, infection });
  const accepted = await acceptMessage(tx, installation, { ...judged, addressees, file });
  if (!isRefusal(accepted)) return { answer: accepted, named: [file] };
  return await refuseMessage(tx, installation, { ...judged, reasons: [accepted], infection });
}

/**
 * The submission of which this one is a repetition. Two with one key wait for each other here; a key that means another
 * message by now is free for this one.
 */
async function earlierSubmission(tx: Tx, { legalKey, at }: SubmitMessage): Promise<Submission | undefined> {
  if (legalKey === null) return undefined;
  await lockLegalKey(tx, legalKey.key);
  const known = await submissionByLegalKey(tx, legalKey.key);
  if (known === undefined || isRepetition({ ...legalKey, firstAt: known.at, at })) return known;
  await forgetLegalKey(tx, legalKey.key);
  return undefined;
}

/** A box of a service has the limits of its calendar, one of the provider's own those of the provider. */
export function limitsOf(box: KnownBox, provider: Provider): SubmissionLimits {
  if (box.kind === 'own') return provider.limits;
  const { transferBytes, recipientsAMessage } = box.calendar.limits;
  return { bytesTimesRecipients: transferBytes, recipients: recipientsAMessage };
}

function certifyMessage(
  installation: Installation,
  identificativo: string,
  { sender, recipients, original }: SubmitMessage,
): CertifiedMessage {
  return {
    identificativo,
    msgid: original.msgid,
    mittente: sender,
    // Those of the dialog, to whom it goes; the formal checks say that To and Cc name the same. @rule RFC6109-3.1.1-4
    // A message for nobody is refused; its data still need one recipient, which is nobody's address.
    destinatari: (recipients.length === 0 ? [''] : recipients).map((indirizzo) => ({
      indirizzo,
      tipo: installation.index.providerOf(indirizzo) === undefined ? 'esterno' : 'certificato',
    })),
    risposte: repliesTo(original, sender),
    oggetto: original.oggetto,
    ricevuta: original.ricevuta,
    ...(original.remarks.length === 0 ? {} : { remarks: original.remarks }),
  };
}

function submittedOf({ identificativo, state, at, reasons }: Submission): Submitted {
  return { identificativo, outcome: state === 'refused' ? 'refused' : 'accepted', at, reasons };
}
