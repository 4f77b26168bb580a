import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@recapito/database';
import { certifiedInstant, formalChecks, withCertifiedId } from '@recapito/rfc6109';
import { isRepetition } from '../domain/repetition.ts';
import type { ArrivalKeys } from '../persistence/arrival-keys.ts';
import { newRecipientsOf, receivedBefore } from '../persistence/arrival.store.ts';
import { submissionByLegalKey } from '../persistence/submission.store.ts';
import type { Provider } from '../programme/providers.ts';
import { newId } from './certify.ts';
import { EarlyFile } from './early-file.ts';
import type { Examined } from './examined.ts';
import { Antivirus } from '../antivirus/antivirus.ts';
import { Quarantine } from '../files/quarantine.ts';
import { Spool } from '../files/spool.ts';
import { MailGate } from '../gate/mail-gate.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { Installation } from '../programme/installation.ts';
import { limitsOf } from './access/submit-message.ts';
import type { SubmitMessage } from './access/submission.ts';

/** What another provider brings, with what makes it the same when it comes again. */
export interface IncomingMail {
  readonly keys: ArrivalKeys;
  readonly forwardPath: readonly string[];
  readonly bytes: Buffer;
}

/** A submission before anybody has looked into it. */
export type UnexaminedSubmission = Omit<SubmitMessage, 'examined'>;

/** Looks into messages, and prepares the files that are written before the transaction that takes them. */
@Injectable()
export class ExamineMessage {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly installation: Installation,
    private readonly gate: MailGate,
    private readonly antivirus: Antivirus,
    private readonly spool: Spool,
    private readonly quarantine: Quarantine,
  ) {}

  /**
   * Looks for viruses in a submission, as it came, and prepares its file, under the id that it gets when it is accepted.
   * Neither is done when it is decided without: the same legal message has its answer already, form comes before viruses
   * (RFC 6109 section 2.2.1), and who has no box sends nothing.
   *
   * What is decided here is decided again by `submitMessage`, which lets nothing pass that was not looked through.
   * @throws Unavailable when the scanner cannot tell for now.
   * @rule VIRUS-LAST-ASKED
   */
  async submission(unexamined: UnexaminedSubmission, bytes: Buffer): Promise<Examined> {
    const provider = await this.#providerToAsk(unexamined);
    if (provider === null) return 'skipped';
    const virus = await this.antivirus.virusIn(bytes);
    const { original, received, at } = unexamined;
    if (virus !== null) return { virus, file: new EarlyFile(randomUUID(), original.bytes, this.quarantine) };
    const id = await newId(this.database.client, this.installation.node, provider, certifiedInstant(at));
    return { virus, file: new EarlyFile(id, withCertifiedId(original, id, received), this.spool) };
  }

  /**
   * Looks for viruses in what another provider brings, and prepares its file, unless all of it was taken before: then
   * nothing more is done with it than to tell so.
   * @param examined the same bytes for other recipients: what was found in them is not looked for again
   * @throws Unavailable when the scanner cannot tell for now.
   * @rule VIRUS-LAST-ASKED
   */
  async incoming({ keys, forwardPath, bytes }: IncomingMail, examined: Examined = 'skipped'): Promise<Examined> {
    if (!(await this.#isFresh(keys, forwardPath))) return 'skipped';
    const virus = examined === 'skipped' ? await this.antivirus.virusIn(bytes) : examined.virus;
    return { virus, file: new EarlyFile(randomUUID(), bytes, virus === null ? this.spool : this.quarantine) };
  }

  /** Prepares the file of a receipt, in which nobody looks for viruses, unless it was taken before. */
  async receipt({ keys, forwardPath, bytes }: IncomingMail): Promise<Examined> {
    if (!(await this.#isFresh(keys, forwardPath))) return 'skipped';
    return { virus: null, file: new EarlyFile(randomUUID(), bytes, this.spool) };
  }

  async #isFresh(keys: ArrivalKeys, forwardPath: readonly string[]): Promise<boolean> {
    if (forwardPath.length === 0) return false;
    const taken = await receivedBefore(this.database.client, keys, forwardPath);
    return newRecipientsOf(forwardPath, taken).length > 0;
  }

  /** The provider that would accept a submission; null when it is decided without a look into it. */
  async #providerToAsk(unexamined: UnexaminedSubmission): Promise<Provider | null> {
    const { sender: reversePath, recipients: forwardPath, original, legalKey, at } = unexamined;
    const [box, provider] = [this.gate.box(reversePath), this.installation.managing(reversePath)];
    if (box === undefined || provider === undefined) return null;
    if (formalChecks({ reversePath, forwardPath, original }, limitsOf(box, provider)).length > 0) return null;
    const known = legalKey === null ? undefined : await submissionByLegalKey(this.database.client, legalKey.key);
    const hasClientId = legalKey?.hasClientId ?? false;
    return known !== undefined && isRepetition({ hasClientId, firstAt: known.at, at }) ? null : provider;
  }
}
