import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { personalDataRead } from '@recapito/contracts';
import { onceByKey } from '@recapito/database';
import {
  ArrivedAt,
  Act,
  answer,
  CurrentCaller,
  IdempotencyKey,
  Permission,
  Publishes,
  RecordsNothing,
} from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { changePin } from '../application/change-pin.ts';
import { givePinHalf, recordHalfWritten } from '../application/give-pin-half.ts';
import { reissuePin } from '../application/reissue-pin.ts';
import type { Tx } from '../persistence/tx.ts';
import { citizen } from '../sessions/citizen-sessions.ts';
import { IdentityParts } from './identity-parts.ts';
import { statusOf } from './problem.ts';
import { byId, courtesyChannel, recipientView, secretField } from './shapes.ts';

const pinBody = z.object({ pin: secretField });
const pinView = z.object({ changed: z.boolean() });
const reissueView = z.object({ pin: z.uuid() });
const halfPath = z.object({
  pin: z.uuid(),
  half: z.enum(['1', '2']).transform((text): 1 | 2 => (text === '1' ? 1 : 2)),
});
const halfView = z.object({
  half: z.union([z.literal(1), z.literal(2)]),
  channel: courtesyChannel,
  /** Eight characters. */
  characters: z.string(),
  recipient: recipientView,
});

type HalfPath = z.output<typeof halfPath>;

/** The PIN of the INPS trial: its holder changes it, notification writes its two first halves. */
@ApiTags('pins')
@ApiBearerAuth()
@Controller()
export class PinsController {
  constructor(private readonly parts: IdentityParts) {}

  /** The holder of the session chooses a personal PIN of eight letters or digits. */
  @Put('pin')
  @Permission('change-pin')
  @Act()
  @ApiResponse({ status: 200, standardSchema: pinView })
  async change(
    @Body({ schema: pinBody }) { pin }: z.output<typeof pinBody>,
    @CurrentCaller() caller: Caller,
    @ArrivedAt() at: Instant,
  ) {
    const { id: session, holder, scope, openedBy } = citizen(caller).session;
    const command = { holder, pin, session, first: scope === 'first-pin', openedBy, at };
    return answer(await changePin(this.parts.access, command), statusOf);
  }

  /** An operator has a new PIN issued in the place of one that is lost or in other hands. */
  @Post('holders/:id/pin-reissues')
  @Permission('reissue-pin')
  @Act()
  @ApiResponse({ status: 201, standardSchema: reissueView })
  async reissue(
    @Param({ schema: byId }) { id: holder }: z.output<typeof byId>,
    @IdempotencyKey() key: string,
    @CurrentCaller() { name: caller }: Caller,
    @ArrivedAt() at: Instant,
  ) {
    const request = { caller, operation: 'POST /pin-reissues', key, body: { holder } };
    const { database, secrets } = this.parts.access;
    const command = { holder, at, keyId: secrets.newestKey };
    const work = (tx: Tx) => onceByKey(tx, request, () => reissuePin(tx, command));
    return answer(await database.transaction(work), statusOf);
  }

  /** One half of a first PIN, and to whom it goes; the same until it is said to be written. */
  @Get('pins/:pin/halves/:half')
  @Permission('give-pin-half')
  @Publishes(personalDataRead)
  @ApiResponse({ status: 200, standardSchema: halfView })
  async half(@Param({ schema: halfPath }) path: HalfPath, @CurrentCaller() caller: Caller, @ArrivedAt() at: Instant) {
    const { database, secrets } = this.parts.access;
    const command = { ...path, reader: caller.name, at };
    return answer(await database.transaction((tx) => givePinHalf(tx, command, secrets)), statusOf);
  }

  /** The half has been written to its holder and need not be given out again. */
  @Put('pins/:pin/halves/:half/written')
  @HttpCode(204)
  @Permission('give-pin-half')
  @RecordsNothing('half of a PIN was written, as its reading said it would be')
  async written(@Param({ schema: halfPath }) path: HalfPath, @ArrivedAt() at: Instant): Promise<void> {
    const { database } = this.parts.access;
    answer(await database.transaction((tx) => recordHalfWritten(tx, { ...path, at })), statusOf);
  }
}
