import { Injectable } from '@nestjs/common';
import { Database, onceByKey } from '@recapito/database';
import { ClosedDoors, SuiteClock } from '@recapito/platform';
import type { KeyedRequest, KeyReused } from '@recapito/database';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { readOriginal, senderInHeader, withSevenBitParts } from '@recapito/rfc6109';
import type { HeaderText } from '@recapito/rfc6109';
import { senderNotYours, senderUnnamed, unreadable } from '../../domain/sending.ts';
import type { SubmissionRefusal } from '../../domain/sending.ts';
import type { PrismaClient } from '../../persistence/generated/client.ts';
import { forgetLegalKey } from '../../persistence/submission.store.ts';
import { MailFigures } from '../mail-figures.ts';
import { Steps } from '../steps.ts';
import { MailGate } from '../../gate/mail-gate.ts';
import { Installation } from '../../programme/installation.ts';
import { SenderTurns } from './sender-turns.ts';
import { transactionAfterFiles } from '../early-file.ts';
import type { EarlyFile } from '../early-file.ts';
import { ExamineMessage } from '../examine-message.ts';
import { filesOf } from '../examined.ts';
import { legalKeyOf } from './legal-key.ts';
import { submitMessage } from './submit-message.ts';
import type { SubmitMessage, Submitted } from './submission.ts';

/** A message as a door of the access point has taken it, whole. */
export interface SubmissionAtDoor {
  readonly bytes: Buffer;
  /** Lower case. Null when From names the sender. */
  readonly sender: string | null;
  /** Domains as A-labels in lower case, local parts as the client wrote them. Null when To and Cc name them. */
  readonly recipients: readonly string[] | null;
  /** Whether the client may send from this box: it has proved to be the one to whom the box belongs. */
  readonly owns: (sender: string) => boolean;
  /** The door's `Received` field with its CRLF. */
  readonly received: (at: Instant) => HeaderText;
  /**
   * The request by the key that its client gave it, for a message without Message-ID: only the same key is the same
   * message. Null at a door without such keys: there it is the same while the client has not heard the answer.
   */
  readonly request: ((sender: string, recipients: readonly string[]) => KeyedRequest) | null;
}

/** What became of it. */
export interface SubmissionTaken extends Submitted {
  /** To be forgotten by {@link AcceptSubmission.recordHeard} once the client has heard the answer; null when nothing is. */
  readonly keyUntilHeard: string | null;
}

/**
 * The way of every submission, by whatever door it came: the doors translate, and decide nothing.
 * @rule SUBMISSION-ONE-WAY
 */
@Injectable()
export class AcceptSubmission {
  readonly #turns = new SenderTurns();

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly installation: Installation,
    private readonly gate: MailGate,
    private readonly examine: ExamineMessage,
    private readonly steps: Steps,
    private readonly doors: ClosedDoors,
    private readonly figures: MailFigures,
  ) {}

  /**
   * Takes a message at the instant of the call: reads it, makes sure of the box and of whose it is, looks for viruses,
   * waits for the sender's turn, writes its file, and accepts it or refuses it by a notice in one transaction.
   *
   * Refusals (nothing was taken): `submission/unreadable`, `submission/sender-unnamed`, `submission/sender-not-yours`,
   * `idempotency-key/reused`, those of `submitMessage`.
   * @throws Unavailable when directory, clock or scanner cannot tell for now
   */
  async accept(submission: SubmissionAtDoor): Promise<SubmissionTaken | SubmissionRefusal | KeyReused> {
    this.doors.makeSureOpen();
    const at = this.clock.now();
    const submitted = readOriginal(submission.bytes);
    if (submitted === null) return unreadable();
    const sender = submission.sender ?? senderInHeader(submitted);
    if (sender === null) return senderUnnamed();
    await this.gate.ensureCurrent([sender]);
    if (!submission.owns(sender)) return senderNotYours();
    const named = submission.recipients ?? submitted.written;
    const written = new Map(named.map((address) => [address.toLowerCase(), address]));
    const recipients = [...written.keys()];
    const asWritten = (recipient: string) => written.get(recipient) ?? recipient;
    await this.steps.reached('taken');
    const legalKey = legalKeyOf(sender, recipients, submitted);
    const request = submission.request?.(sender, recipients) ?? null;
    const isKeyed = legalKey.hasClientId || request === null;
    // Size and form are judged of what leaves: parts that were encoded anew are larger. @rule EIGHT-BIT-ACCEPTED
    const { original, reencoded } = withSevenBitParts(submitted);
    const dialog = { sender, recipients, asWritten, at };
    const content = { original, submittedSha256: legalKey.content, reencoded };
    const received = submission.received(at);
    const unexamined = { ...dialog, ...content, received, legalKey: isKeyed ? legalKey : null };
    const examined = await this.examine.submission(unexamined, submission.bytes);
    const result = await this.#inTurn(sender, () => this.#submit({ ...unexamined, examined }, request));
    if (isRefusal(result)) return result;
    this.figures.count(result.outcome);
    await this.steps.reached('accepted');
    return { ...result, keyUntilHeard: isKeyed && !legalKey.hasClientId ? legalKey.key : null };
  }

  /** Messages of a sender who is counted come one after the other; the boxes of services do not wait. */
  async #inTurn<Result>(sender: string, work: () => Promise<Result>): Promise<Result> {
    return this.installation.ownBox(sender) === undefined ? await this.#turns.take(sender, work) : await work();
  }

  async #submit(
    command: SubmitMessage,
    request: KeyedRequest | null,
  ): Promise<Submitted | SubmissionRefusal | KeyReused> {
    return await transactionAfterFiles(this.database, filesOf([command.examined]), async (tx) => {
      await this.steps.reached('spooled');
      let named: readonly EarlyFile[] = [];
      const rules = { installation: this.installation, gate: this.gate };
      const submit = async () => {
        const done = await submitMessage(tx, rules, command);
        named = done.named;
        return done.answer;
      };
      // What a calendar, a day's limit or a hold refuses may be sent again when it is over, under the same key.
      const isFinal = (answer: Submitted | SubmissionRefusal) => !isRefusal(answer);
      const answer = request === null ? await submit() : await onceByKey(tx, request, submit, isFinal);
      return { answer, named };
    });
  }

  /** Records that a client has heard the answer to a message without Message-ID: the next one like it is another message. */
  async recordHeard(untilHeard: string): Promise<void> {
    await forgetLegalKey(this.database.client, untilHeard);
  }
}
