import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Body, Controller, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiResponse } from '@nestjs/swagger';
import { messageAccepted, messageRefused } from '@recapito/contracts';
import { Database } from '@recapito/database';
import {
  answer,
  CurrentCaller,
  IdempotencyKey,
  Permission,
  Publishes,
  Reading,
  withinAnswer,
} from '@recapito/platform';
import type { KeyReused } from '@recapito/database';
import type { Caller } from '@recapito/platform';
import { formatInstant, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { z } from 'zod';
import { AcceptSubmission } from '../application/access/accept-submission.ts';
import { MailGate } from '../gate/mail-gate.ts';
import { Installation } from '../programme/installation.ts';
import type { Submitted } from '../application/access/submission.ts';
import type { SubmissionRefusal } from '../domain/sending.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { ReceivedData } from '../smtp/received-data.ts';
import { receivedField } from '../smtp/received-field.ts';
import { submissionWithRecipients } from '../persistence/submission.store.ts';
import { citizenOf } from './citizen-sessions.ts';
import { addressField, writtenAddressField } from './address-field.ts';
import { statusOfSubmission } from './problem.ts';

/** What SMTP would say in its dialog; left out, the header says it: From, and everybody in To and Cc. */
const dialog = z.object({
  sender: addressField.optional(),
  recipient: z.union([writtenAddressField.transform((one) => [one]), z.array(writtenAddressField)]).optional(),
});

/** What a `Received` field says of a client that is no mail program. */
const overHttp = { client: null, clientAddress: null, protocol: 'HTTP' };

const words = z.object({ it: z.string(), en: z.string() });

const submitted = z.object({
  identificativo: z.string(),
  /** `refused`: the message was taken and answered with a non-acceptance notice. */
  outcome: z.enum(['accepted', 'refused']),
  /** The certified instant, RFC 3339 in UTC. */
  at: z.iso.datetime(),
  reasons: z.array(z.object({ refused: z.string(), rule: z.string(), words })),
});

const submission = z.object({
  identificativo: z.string(),
  state: z.enum(['accepted', 'refused', 'concluded']),
  at: z.iso.datetime(),
  recipients: z.array(z.object({ address: z.string(), state: z.string(), outcomeAt: z.iso.datetime().nullable() })),
});

/** What SMTP says before the message, and who says it. */
interface Dialogue {
  readonly sender: string | null;
  readonly recipients: readonly string[] | null;
  readonly key: string;
  readonly caller: Caller;
}

/** The access point over HTTP: for services of the suite, and for holders who signed in. */
@Controller('submissions')
export class SubmissionsController {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly installation: Installation,
    private readonly gate: MailGate,
    private readonly acceptSubmission: AcceptSubmission,
    private readonly taken: ReceivedData,
  ) {}

  /** Submits a message, as at the SMTP door; under the same key it is submitted once. */
  @Post()
  @Permission('submit-message')
  @Publishes(messageAccepted, messageRefused)
  @ApiConsumes('message/rfc822')
  @ApiBody({ description: 'The message, as RFC 5322 writes it', required: true, schema: { type: 'string' } })
  @ApiResponse({ status: 201, standardSchema: submitted })
  async submit(
    @Body() body: unknown,
    @Query({ schema: dialog }) { sender: named, recipient }: z.output<typeof dialog>,
    @IdempotencyKey() key: string,
    @CurrentCaller() caller: Caller,
  ): Promise<z.output<typeof submitted>> {
    const message = answer(body instanceof Readable ? body : notMail(), statusOfSubmission);
    const dialogue = { sender: named ?? null, recipients: recipient ?? null, key, caller };
    // A large message lies on the disk until it is whole and there is memory for it, as at the SMTP doors.
    const result = await this.taken.whole(message, (bytes) => withinAnswer(() => this.#accept(bytes, dialogue)));
    return shown(answer(result, statusOfSubmission));
  }

  async #accept(
    bytes: Buffer,
    { sender, recipients, key, caller }: Dialogue,
  ): Promise<Submitted | SubmissionRefusal | KeyReused> {
    const content = createHash('sha256').update(bytes).digest('hex');
    const by = this.installation.smtpName;
    return await this.acceptSubmission.accept({
      bytes,
      sender,
      recipients,
      owns: (address) => this.#owns(caller, address),
      received: (at) => receivedField({ ...overHttp, by, id: randomUUID(), at }),
      request: (from, to) => ({
        caller: caller.name,
        operation: 'POST /submissions',
        key,
        body: { sender: from, recipients: to, content },
      }),
    });
  }

  /** How a submission stands, with the outcome at each recipient. */
  @Get(':identificativo')
  @Permission('read-submission')
  @Reading()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: submission })
  async read(
    @Param('identificativo') identificativo: string,
    @CurrentCaller() caller: Caller,
  ): Promise<z.output<typeof submission>> {
    const found = await submissionWithRecipients(this.database.client, identificativo);
    const isShown = found !== null && this.#mayRead(caller, found.sender);
    const { state, at, recipients } = answer(isShown ? found : unknownSubmission(), statusOfSubmission);
    return submission.parse({
      identificativo,
      state,
      at: at.toISOString(),
      recipients: recipients.map((each) => ({ ...each, outcomeAt: each.outcomeAt?.toISOString() ?? null })),
    });
  }

  /**
   * A service learns of what was sent from its own addresses, an operator of everything.
   * @rule SUBMISSION-KNOWN
   */
  #mayRead(caller: Caller, sender: string): boolean {
    return caller.kind !== 'service' || this.installation.mayWriteAs(caller.name, sender);
  }

  /** A service writes from the addresses that the programme gives it, a holder from the box that the log-in opened. */
  #owns(caller: Caller, sender: string): boolean {
    const { installation, gate } = this;
    const citizen = citizenOf(caller);
    return citizen
      ? gate.opens(sender, citizen.name, citizen.service)
      : caller.kind === 'service' && installation.mayWriteAs(caller.name, sender);
  }
}

function shown({ identificativo, outcome, at, reasons }: Submitted): z.output<typeof submitted> {
  return submitted.parse({ identificativo, outcome, at: formatInstant(at), reasons });
}

function notMail(): Refusal<'submission/not-mail'> {
  return refuse('submission/not-mail', 'SUBMISSION-HEADER', {
    it: 'La richiesta non contiene un messaggio di posta (message/rfc822).',
    en: 'The request does not carry a mail message (message/rfc822).',
  });
}

function unknownSubmission(): Refusal<'submission/unknown'> {
  return refuse('submission/unknown', 'SUBMISSION-KNOWN', {
    it: 'Nessun messaggio con questo identificativo è stato accettato qui.',
    en: 'No message with this identificativo was submitted here.',
  });
}
