import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { suiteClockSet } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { type Refusal, refuse } from '@recapito/primitives';
import { z } from 'zod';
import { Database, onceByKey, type Tx } from '@recapito/database';
import {
  abandoned,
  Act,
  answer,
  type Caller,
  CurrentCaller,
  currentTraceId,
  IdempotencyKey,
  pageQuery,
  type PageQuery,
  Permission,
  Public,
  RecordsNothing,
  ServiceCaller,
  SuiteClock,
} from '../../src/index.ts';
import type { Parcel, ParcelClient } from './parcel-client.ts';

const parcel = z.object({ id: z.uuid(), label: z.string().min(3).max(40), weight: z.int().max(30) });
const proxied = z.object({ url: z.url(), audience: z.string() });
const seen = z.object({ caller: z.string(), trace: z.string() });

type TooHeavy = Refusal<'parcel/too-heavy'>;

/** A use case as the apps write them: a refusal is returned. */
async function registerParcel(tx: Tx<ParcelClient>, command: Parcel): Promise<Parcel | TooHeavy> {
  if (command.weight > 20)
    return refuse(
      'parcel/too-heavy',
      'PARCEL-WEIGHT',
      { it: 'Il pacco è troppo pesante.', en: 'The parcel is too heavy.' },
      { most: 20 },
    );
  return await tx.parcel.create({ data: command });
}

@Controller('parcels')
export class ParcelsController {
  constructor(
    private readonly database: Database<ParcelClient>,
    private readonly caller: ServiceCaller,
    private readonly clock: SuiteClock,
  ) {}

  @Post()
  @Permission('register-parcel')
  @Act()
  @ApiResponse({ status: 201, standardSchema: parcel })
  async register(
    @Body({ schema: parcel }) body: Parcel,
    @IdempotencyKey() key: string,
    @CurrentCaller() caller: Caller,
  ) {
    const request = { caller: caller.name, operation: 'POST /parcels', key, body };
    const result = await this.database.transaction((tx) => onceByKey(tx, request, () => registerParcel(tx, body)));
    return answer(result, (code) => (code === 'parcel/too-heavy' ? 422 : 409));
  }

  @Get()
  @Permission('list-parcels')
  @RecordsNothing('parcels belong to nobody')
  list(@Query({ schema: pageQuery }) query: PageQuery) {
    return { items: [], next: null, limit: query.limit };
  }

  @Get('now')
  @Public()
  now() {
    return { instant: this.clock.now() };
  }

  /** Who called, under which trace: what the two halves of a call between services must agree on. */
  @Get('caller')
  @Permission('see-caller')
  @RecordsNothing('callers see themselves')
  callerSeen(@CurrentCaller() caller: Caller) {
    return { caller: caller.name, trace: currentTraceId() };
  }

  @Get(':id/weight')
  @Permission('see-caller')
  @RecordsNothing('callers see themselves')
  weigh(@Param('id') id: string) {
    return answer(
      refuse('parcel/unknown', 'PARCEL-KNOWN', { it: 'Il pacco non esiste.', en: 'There is no such parcel.' }, { id }),
      () => 404,
    );
  }

  /** Calls another service in the middle of a request. */
  @Post('proxied')
  @Public()
  async proxied(@Body({ schema: proxied }) { url, audience }: z.output<typeof proxied>) {
    const result = await this.caller.call(url, { audience, answer: seen, timeoutMs: 1_000 });
    return { here: currentTraceId(), there: answer(result, () => 409) };
  }

  @Get('slow/:ms')
  @Public()
  async slow(@Param('ms') ms: string) {
    await pause(Number(ms), undefined, { signal: abandoned() });
    return { waited: Number(ms) };
  }

  /** States a fact in a transaction, so that a shutdown has something to publish. */
  @Post('told')
  @Public()
  async told() {
    const at = this.clock.now();
    const data = { instant: at, rate: 0 as const, since: at };
    return {
      id: await this.database.transaction((tx) =>
        append(tx, suiteClockSet, { key: 'suite', sequence: 1, time: at, data }),
      ),
    };
  }

  @Post('letters')
  @Public()
  async letter(@Body() body: Readable) {
    const bytes = await buffer(body);
    return { bytes: bytes.length };
  }

  @Get('broken')
  @Public()
  broken(): never {
    throw new Error('the scale of RSSMRA80A01H501U fell down');
  }
}
