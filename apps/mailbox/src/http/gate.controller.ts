import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '@recapito/database';
import { Metrics, Permission, RecordsNothing, SuiteClock } from '@recapito/platform';
import { reasonLine } from '@recapito/primitives';
import { z } from 'zod';
import { admitLogIn, LogInParts } from '../application/admit-log-in.ts';
import type { LogInAnswer } from '../application/admit-log-in.ts';
import { doors } from '../domain/access-rights.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';

const logIn = z.strictObject({
  /** As the mail client sent it: the address, or a codice fiscale. */
  name: z.string().min(1).max(8_192),
  secret: z.string().max(8_192),
  door: z.enum(doors),
  /** The address of the mail client, as Dovecot sees it. */
  client: z.string().max(64).optional(),
});

/** Texts without quotes and backslashes, so that Dovecot's script reads the answer without a parser of JSON. */
const plainText = z.string().regex(/^[^"\\]*$/);

const gateAnswer = z.discriminatedUnion('outcome', [
  /** Let in: to the box of this address, with everything or to read. */
  z.object({ outcome: z.literal('admitted'), address: plainText, access: z.enum(['full', 'read']) }),
  /** Not let in, and this is what the mail client may say: one ASCII line in Italian with the rule's id. */
  z.object({ outcome: z.literal('refused'), reason: plainText }),
  /** A wrong name or a wrong secret: which of them, nobody learns. */
  z.object({ outcome: z.literal('wrong') }),
  /** Identity cannot say now: the client is to come back. */
  z.object({ outcome: z.literal('unavailable') }),
]);

type GateAnswer = z.output<typeof gateAnswer>;

/** Dovecot's door. Nobody else has its token. */
@ApiTags('gate')
@Controller('gate')
export class GateController {
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #parts: LogInParts;
  readonly #logIns;

  constructor(database: Database<PrismaClient>, clock: SuiteClock, parts: LogInParts, metrics: Metrics) {
    this.#database = database;
    this.#clock = clock;
    this.#parts = parts;
    this.#logIns = metrics.counter('recapito_log_ins_total', 'Log-ins decided, by door and outcome', [
      'door',
      'outcome',
    ]);
  }

  @Post('log-ins')
  @HttpCode(200)
  @Permission('admit-log-ins')
  @RecordsNothing('whether a log-in is admitted, which identity has published')
  @ApiOperation({ summary: 'Decides whether a mail client gets in, and how far' })
  @ApiResponse({ status: 200, standardSchema: gateAnswer })
  async decide(@Body({ schema: logIn }) command: z.output<typeof logIn>): Promise<GateAnswer> {
    const at = this.#clock.now();
    const answer = await admitLogIn(this.#database.client, this.#parts, { ...command, at });
    this.#logIns.inc({ door: command.door, outcome: answer.outcome });
    return asGateAnswer(answer);
  }
}

function asGateAnswer(answer: LogInAnswer): GateAnswer {
  switch (answer.outcome) {
    case 'admitted':
      return { outcome: 'admitted', address: answer.address, access: answer.access };
    case 'refused':
      return { outcome: 'refused', reason: reasonLine(answer.refusal) };
    case 'wrong':
    case 'unavailable':
      return { outcome: answer.outcome };
  }
}
