import { createHash } from 'node:crypto';
import { envelopeDispatched, messageAccepted, messageRefused } from '@recapito/contracts';
import type { Instant, Refusal } from '@recapito/primitives';
import {
  certifiedInstant,
  formalChecks,
  isTooLargeToCertify,
  repliesTo,
  virusError,
  withCertifiedId,
} from '@recapito/rfc6109';
import type { CertifiedMessage, HeaderText, Original, SubmissionLimits } from '@recapito/rfc6109';
import type { KnownBox } from '../../domain/box.ts';
import { infected, judgeAddressees, tooLargeToCertify } from '../../domain/sending.ts';
import type { Addressee } from '../../domain/sending.ts';
import { addEmissions } from '../../persistence/emission.store.ts';
import { lockMessage, publish } from '../../persistence/message.store.ts';
import { addSubmission, lockLegalKey, submissionByLegalKey } from '../../persistence/submission.store.ts';
import type { Submission } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Provider } from '../../programme/providers.ts';
import { legalEvent, newEmission, newId } from '../certify.ts';
import { quarantineMessage } from '../quarantine-message.ts';
import type { MailParts } from '../mail-parts.ts';
import { admitSending } from './admit-sending.ts';
import { virusFound } from '../scan.ts';
import type { Scan } from '../scan.ts';

/** Reasons that a notice tells one by one. */
const mostTold = 20;

/** A message at the access point, from a sender who has proved to be it. */
export interface SubmitMessage {
  /** The sender's address, lower case: SMTP MAIL FROM, or what stands for it. */
  readonly sender: string;
  /** Lower case, each once: SMTP RCPT TO. */
  readonly recipients: readonly string[];
  readonly original: Original;
  /** The `Received` field of the access point, with its CRLF. */
  readonly received: HeaderText;
  readonly scan: Scan;
  readonly at: Instant;
}

/** What became of a submission. `refused`: taken, and answered with a non-acceptance notice for the reasons told. */
export interface Submitted {
  readonly identificativo: string;
  readonly outcome: 'accepted' | 'refused';
  /** The certified instant. */
  readonly at: Instant;
  readonly reasons: readonly Refusal[];
}

/**
 * Takes a message: checks it, keeps it, certifies it. The same legal message, however often it is submitted, is one
 * message with one id. // SUBMISSION-SAME-MESSAGE
 * Refusals (nothing was taken): `submission/too-much-said`, and those of `maySend`, which may have held the box. A message
 * that fails a formal check or the circuit is taken and refused by a notice, which is no refusal of this function.
 * @throws Unavailable when the gate cannot be sure for now, or nobody has looked for viruses in what would be accepted.
 */
export async function submitMessage(tx: Tx, parts: MailParts, command: SubmitMessage): Promise<Submitted | Refusal> {
  const { installation, gate } = parts;
  const { sender, recipients } = command;
  const legalKey = legalKeyOf(command);
  await lockLegalKey(tx, legalKey);
  const known = await submissionByLegalKey(tx, legalKey);
  if (known !== undefined) return submittedOf(known);
  const provider = installation.managing(sender);
  const box = gate.box(sender);
  const refusal = await admitSending(tx, parts, { sender, recipients, at: command.at }, 'decided');
  if (refusal !== null) return refusal;
  if (box === undefined || provider === undefined) throw new Error(`${sender} sends and has no provider`);
  const addressees = recipients.map((address): Addressee => ({
    address,
    party: installation.partyOf(address),
    provider: installation.carrierOf(address),
  }));
  const formal = formalChecks(
    { reversePath: sender, forwardPath: recipients, original: command.original },
    limitsOf(box, provider),
  );
  // The order of RFC 6109 section 2.2.1: form, virus, addressees.
  const virus = formal.length === 0 ? virusFound(command.scan) : null;
  const reasons = virus === null ? [...formal, ...judgeAddressees(box, addressees, command.at)] : [infected(virus)];
  const at = certifiedInstant(command.at);
  const message = await certified(tx, parts, provider, command, at);
  if (isTooLargeToCertify(message)) return tooLargeToCertify();
  await lockMessage(tx, message, at);
  return reasons.length > 0
    ? await refuseMessage(tx, parts, { message, provider, legalKey, at, reasons, virus, command })
    : await acceptMessage(tx, parts, { message, provider, legalKey, at, addressees, command });
}

/** One legal message: its sender, the client's Message-ID, its content and its recipients. */
export function legalKeyOf({
  sender,
  recipients,
  original,
}: Pick<SubmitMessage, 'sender' | 'recipients' | 'original'>): string {
  const content = createHash('sha256').update(original.bytes).digest('hex');
  const parts = [sender, original.msgid ?? '', content, ...recipients.toSorted()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A box of a service has the limits of its calendar, one of the provider's own those of the provider. */
export function limitsOf(box: KnownBox, provider: Provider): SubmissionLimits {
  if (box.kind === 'own') return provider.limits;
  const { transferBytes, recipientsAMessage } = box.calendar.limits;
  return { bytesTimesRecipients: transferBytes, recipients: recipientsAMessage };
}

async function certified(
  tx: Tx,
  { installation }: MailParts,
  provider: Provider,
  { sender, recipients, original }: SubmitMessage,
  at: Instant,
): Promise<CertifiedMessage> {
  const named = [...new Set([...original.to, ...original.cc, ...recipients])];
  return {
    identificativo: await newId(tx, installation.node, provider, at),
    msgid: original.msgid,
    mittente: sender,
    // A message that names nobody is refused; its data still need one recipient, which is nobody's address.
    destinatari: (named.length === 0 ? [''] : named).map((indirizzo) => ({
      indirizzo,
      tipo: installation.index.providerOf(indirizzo) === undefined ? 'esterno' : 'certificato',
    })),
    risposte: repliesTo(original, sender),
    oggetto: original.oggetto,
    ricevuta: original.ricevuta,
    ...(original.unkept.length === 0 ? {} : { unkept: original.unkept }),
  };
}

interface Taken {
  readonly message: CertifiedMessage;
  readonly provider: Provider;
  readonly legalKey: string;
  readonly at: Instant;
}

async function refuseMessage(
  tx: Tx,
  parts: MailParts,
  refused: Taken & { reasons: Refusal[]; virus: string | null; command: SubmitMessage },
): Promise<Submitted> {
  const { message, provider, legalKey, at, reasons, virus, command } = refused;
  const { identificativo, mittente: sender } = message;
  const words = inWords(reasons);
  const errore = virus === null ? 'altro' : 'virus';
  const erroreEsteso = virus === null ? words : virusError(provider, virus);
  const submission = { identificativo, provider: provider.name, sender, legalKey, at, reasons } as const;
  await addSubmission(tx, { ...submission, state: 'refused', spoolSha256: null }, []);
  if (virus !== null) {
    const { recipients } = command;
    const found = { identificativo, provider: provider.name, sender, recipients, virus, at, point: 'access' } as const;
    await quarantineMessage(tx, parts, found, command.original.bytes);
  }
  const messageId = await newId(tx, parts.installation.node, provider, at);
  const notice = { kind: 'non-accettazione', messageId, forwardPath: [sender], errore, erroreEsteso } as const;
  await addEmissions(tx, [newEmission(message, provider, at, notice)]);
  await publish(tx, messageRefused, identificativo, at, {
    ...legalEvent(message, provider, messageId),
    errore,
    erroreEsteso,
  });
  return { identificativo, outcome: 'refused', at, reasons };
}

/** What a notice says of the reasons; of a thousand addresses it names those that a person reads. */
function inWords(reasons: readonly Refusal[]): string {
  const more = reasons.length - mostTold;
  const told = reasons.slice(0, mostTold).map(({ words: { it } }) => it);
  return [...told, ...(more > 0 ? [`e altri ${more} motivi`] : [])].join('; ');
}

async function acceptMessage(
  tx: Tx,
  { installation, spool, reached }: MailParts,
  taken: Taken & { addressees: readonly Addressee[]; command: SubmitMessage },
): Promise<Submitted> {
  const { message, provider, legalKey, at, addressees, command } = taken;
  const { identificativo, mittente: sender, ricevuta } = message;
  const spoolSha256 = await spool.write(
    identificativo,
    withCertifiedId(command.original, identificativo, command.received),
  );
  await reached('spooled');
  const recipients = addressees.map(({ address, provider: name }) => ({ address, provider: reachable(name, address) }));
  const submission = { identificativo, provider: provider.name, sender, legalKey, at, reasons: [] } as const;
  await addSubmission(tx, { ...submission, state: 'accepted', spoolSha256 }, recipients);
  const messageId = await newId(tx, installation.node, provider, at);
  const receipt = newEmission(message, provider, at, { kind: 'accettazione', messageId, forwardPath: [sender] });
  const envelopes = Array.from(
    Map.groupBy(recipients, (recipient) => recipient.provider),
    ([towards, group]) => {
      const forwardPath = group.map(({ address }) => address);
      return newEmission(message, provider, at, {
        kind: 'posta-certificata',
        messageId: identificativo,
        forwardPath,
        towards,
      });
    },
  );
  await addEmissions(tx, [receipt, ...envelopes]);
  await publish(tx, messageAccepted, identificativo, at, {
    ...legalEvent(message, provider, messageId),
    tipoRicevuta: ricevuta,
  });
  await publish(tx, envelopeDispatched, identificativo, at, {
    ...legalEvent(message, provider, identificativo),
    tipoRicevuta: ricevuta,
  });
  return { identificativo, outcome: 'accepted', at, reasons: [] };
}

function reachable(provider: string | null, address: string): string {
  if (provider === null) throw new Error(`${address} was admitted without a route`);
  return provider;
}

function submittedOf({ identificativo, state, at, reasons }: Submission): Submitted {
  return { identificativo, outcome: state === 'refused' ? 'refused' : 'accepted', at, reasons };
}
