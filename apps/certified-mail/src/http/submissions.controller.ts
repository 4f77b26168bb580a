import { createHash, randomUUID } from 'node:crypto';
import { Body, Controller, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiConsumes, ApiResponse } from '@nestjs/swagger';
import { answer, CurrentCaller, Database, IdempotencyKey, onceByKey, Permission, SuiteClock } from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import { formatInstant, isRefusal, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { readOriginal, senderInHeader } from '@recapito/rfc6109';
import { z } from 'zod';
import { scanSubmission } from '../application/scan-message.ts';
import { MailParts } from '../application/mail-parts.ts';
import { submitMessage } from '../application/access/submit-message.ts';
import type { Submitted } from '../application/access/submit-message.ts';
import { senderNotYours, unreadable } from '../domain/sending.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { receivedField } from '../smtp/received-field.ts';
import { submissionWithRecipients } from '../persistence/submission.store.ts';
import { citizenOf } from './citizen-sessions.ts';
import { addressField } from './address-field.ts';
import { statusOfSubmission } from './problem.ts';

/** What SMTP would say in its dialog; left out, the header says it: From, and everybody in To and Cc. */
const dialog = z.object({
  sender: addressField.optional(),
  recipient: z.union([addressField.transform((one) => [one]), z.array(addressField)]).optional(),
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

/** The access point over HTTP: for services of the suite, and for holders who signed in. */
@Controller('submissions')
export class SubmissionsController {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly parts: MailParts,
  ) {}

  @Post()
  @Permission('submit-message')
  @ApiConsumes('message/rfc822')
  @ApiResponse({ status: 201, standardSchema: submitted })
  async submit(
    @Body() body: unknown,
    @Query({ schema: dialog }) { sender: named, recipient }: z.output<typeof dialog>,
    @IdempotencyKey() key: string,
    @CurrentCaller() caller: Caller,
  ): Promise<z.output<typeof submitted>> {
    const at = this.clock.now();
    const bytes = answer(Buffer.isBuffer(body) ? body : notMail(), statusOfSubmission);
    const original = answer(readOriginal(bytes) ?? unreadable(), statusOfSubmission);
    const sender = answer(named ?? senderInHeader(original) ?? senderUnnamed(), statusOfSubmission);
    await this.parts.gate.makeSure([sender]);
    answer(this.#senderOf(caller, sender), statusOfSubmission);
    const recipients = [...new Set(recipient ?? [...original.to, ...original.cc])];
    const request = {
      caller: caller.name,
      operation: 'POST /submissions',
      key,
      body: { sender, recipients, content: createHash('sha256').update(bytes).digest('hex') },
    };
    const unscanned = { sender, recipients, original };
    const scan = await scanSubmission(this.database.client, this.parts, unscanned, bytes);
    const received = receivedField({ ...overHttp, by: this.parts.installation.smtpName, id: randomUUID(), at });
    const command = { ...unscanned, received, scan, at };
    // What a calendar, a day's limit or a hold refuses may be sent again when it is over, under the same key.
    const isKept = (result: Submitted | Refusal) => !isRefusal(result);
    const submit = () =>
      this.database.transaction((tx) => onceByKey(tx, request, () => submitMessage(tx, this.parts, command), isKept));
    return shown(answer(await this.parts.inTurn(sender, submit), statusOfSubmission));
  }

  @Get(':identificativo')
  @Permission('read-submission')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: submission })
  async read(@Param('identificativo') identificativo: string): Promise<z.output<typeof submission>> {
    const found = await submissionWithRecipients(this.database.client, identificativo);
    const { state, at, recipients } = answer(found ?? unknownSubmission(), statusOfSubmission);
    return submission.parse({
      identificativo,
      state,
      at: at.toISOString(),
      recipients: recipients.map((each) => ({ ...each, outcomeAt: each.outcomeAt?.toISOString() ?? null })),
    });
  }

  /** A service writes from the addresses that the programme gives it, a holder from the box that the log-in opened. */
  #senderOf(caller: Caller, sender: string): string | Refusal {
    const { installation, gate } = this.parts;
    const citizen = citizenOf(caller);
    const opened = citizen?.scope === 'pin' ? 'codice-fiscale' : 'nome.cognome';
    const allowed = citizen
      ? gate.opens(sender, citizen.name, opened)
      : caller.kind === 'service' && installation.mayWriteAs(caller.name, sender);
    if (allowed) return sender;
    return senderNotYours();
  }
}

function shown({ at, ...rest }: Submitted): z.output<typeof submitted> {
  return submitted.parse({ ...rest, at: formatInstant(at) });
}

function notMail(): Refusal<'submission/not-mail'> {
  return refuse('submission/not-mail', 'SUBMISSION-HEADER', {
    it: 'La richiesta non contiene un messaggio di posta (message/rfc822).',
    en: 'The request does not carry a mail message (message/rfc822).',
  });
}

function senderUnnamed(): Refusal<'submission/sender-unnamed'> {
  return refuse('submission/sender-unnamed', 'SUBMISSION-SENDER', {
    it: 'Né la richiesta né il campo From dicono chi è il mittente.',
    en: 'Neither the request nor the From field says who the sender is.',
  });
}

function unknownSubmission(): Refusal<'submission/unknown'> {
  return refuse('submission/unknown', 'SUBMISSION-KNOWN', {
    it: 'Nessun messaggio con questo identificativo è stato accettato qui.',
    en: 'No message with this identificativo was submitted here.',
  });
}
