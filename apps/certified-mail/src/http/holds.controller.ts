import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { releaseAsked, releaseWithdrawn, sendingHeld, sendingReleased } from '@recapito/contracts';
import { Database, onceByKey } from '@recapito/database';
import {
  answer,
  CurrentCaller,
  IdempotencyKey,
  instantText,
  keyAfter,
  OperatorPermissions,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Publishes,
  Reading,
  SuiteClock,
} from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import { after, formatInstant, parseInstant } from '@recapito/primitives';
import { z } from 'zod';
import { holdSending } from '../application/suspension/hold-sending.ts';
import { MailGate } from '../gate/mail-gate.ts';
import { Installation } from '../programme/installation.ts';
import { askRelease, releaseSending, withdrawRelease } from '../application/suspension/release-sending.ts';
import { unknownHold } from '../domain/suspension.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { findHold, holdPage } from '../persistence/hold.store.ts';
import { reachedBy } from '../persistence/reached.store.ts';
import {
  askBody,
  holdBody,
  holdMade,
  holdPageEnd,
  holdView,
  reachedPageEnd,
  reachedView,
  requestView,
} from './hold-shapes.ts';
import { shownHold, shownReached, shownRequest } from './hold-shapes.ts';
import { statusOfHold } from './problem.ts';

const byId = z.object({ id: z.uuid() });
const byRequest = byId.extend({ request: z.uuid() });
const listQuery = pageQuery.extend({ state: z.enum(['held', 'released']).optional(), box: z.string().optional() });
const reachedQuery = pageQuery.extend({ since: instantText.optional() });

/** The permission of those who ask for releases, and confirm those that others have asked for. */
const releasePermission = 'release-sending';

/** How far back from the hold the recipients of a box are shown unless somebody asks for more. */
const dayMs = 86_400_000;

type Id = z.output<typeof byId>;

/** Boxes whose sending is held, for operators: to look at, to hold, and to release by two persons. */
@ApiTags('holds')
@ApiBearerAuth()
@Controller('holds')
export class HoldsController {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly installation: Installation,
    private readonly gate: MailGate,
    private readonly permissions: OperatorPermissions,
  ) {}

  /** The latest first; `?state=held` or `released`, `?box=` name some of them. */
  @Get()
  @Permission('read-holds')
  @Reading()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: pageOf(holdView) })
  async list(@Query({ schema: listQuery }) query: z.output<typeof listQuery>) {
    const { state, box = null, limit } = query;
    const end = keyAfter(query, holdPageEnd);
    const before = end === undefined ? null : { at: parseInstant(end.at), id: end.id };
    const open = state === undefined ? null : state === 'held';
    const rows = await holdPage(this.database.client, { open, box, before, limit: limit + 1 });
    return pageFrom(rows, query, ({ at, id }) => ({ at: formatInstant(at), id }), shownHold);
  }

  /** One hold, with what was asked about its release. */
  @Get(':id')
  @Permission('read-holds')
  @Reading()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: holdView })
  async read(@Param({ schema: byId }) { id }: Id) {
    return shownHold(answer((await findHold(this.database.client, id)) ?? unknownHold(), statusOfHold));
  }

  /** To whom the box has written, `?since=` an instant; since a day before it was held, unless said otherwise. */
  @Get(':id/recipients')
  @Permission('read-holds')
  @Reading()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: pageOf(reachedView) })
  async recipients(
    @Param({ schema: byId }) { id }: Id,
    @Query({ schema: reachedQuery }) query: z.output<typeof reachedQuery>,
  ) {
    const { client } = this.database;
    const { box, at } = answer((await findHold(client, id)) ?? unknownHold(), statusOfHold);
    const end = keyAfter(query, reachedPageEnd);
    const from = end === undefined ? null : { ...end, at: parseInstant(end.at) };
    const wanted = { box, since: query.since ?? after(at, -dayMs), after: from, limit: query.limit + 1 };
    const rows = await reachedBy(client, wanted);
    const endOf = ({ at: sentAt, identificativo, address }: (typeof rows)[number]) => ({
      at: formatInstant(sentAt),
      identificativo,
      address,
    });
    return pageFrom(rows, query, endOf, shownReached);
  }

  /** Holds a box by hand; one person may. */
  @Post()
  @Permission('hold-sending')
  @Publishes(sendingHeld)
  @ApiResponse({ status: 201, standardSchema: holdMade })
  async hold(
    @Body({ schema: holdBody }) { box, reason }: z.output<typeof holdBody>,
    @IdempotencyKey() key: string,
    @CurrentCaller() { name }: Caller,
  ) {
    const { installation, gate } = this;
    await gate.ensureCurrent([box]);
    const request = { caller: name, operation: 'POST /holds', key, body: { box, reason } };
    const command = { box, cause: { kind: 'operator', operator: name, reason }, at: this.clock.now() } as const;
    const made = await this.database.transaction((tx) =>
      onceByKey(tx, request, () => holdSending(tx, { installation, gate }, command)),
    );
    return holdMade.parse(answer(made, statusOfHold));
  }

  /** The first of two persons asks for the release, and says what becomes of what is held. */
  @Post(':id/release-requests')
  @Permission(releasePermission)
  @Publishes(releaseAsked)
  @ApiResponse({ status: 201, standardSchema: requestView })
  async ask(
    @Param({ schema: byId }) { id }: Id,
    @Body({ schema: askBody }) { queue, reason }: z.output<typeof askBody>,
    @CurrentCaller() { name: by }: Caller,
  ) {
    const command = { id, by, queue, reason, at: this.clock.now() };
    const asked = await this.database.transaction((tx) => askRelease(tx, command));
    return shownRequest(answer(asked, statusOfHold));
  }

  /** A request is taken back. */
  @Delete(':id/release-requests/:request')
  @HttpCode(204)
  @Permission(releasePermission)
  @Publishes(releaseWithdrawn)
  async withdraw(
    @Param({ schema: byRequest }) path: z.output<typeof byRequest>,
    @CurrentCaller() { name: by }: Caller,
  ): Promise<void> {
    const command = { ...path, by, at: this.clock.now() };
    answer(await this.database.transaction((tx) => withdrawRelease(tx, command)), statusOfHold);
  }

  /** The second person confirms what the first has asked for: the box sends again. */
  @Post(':id/release-requests/:request/confirmations')
  @HttpCode(200)
  @Permission(releasePermission)
  @Publishes(sendingReleased)
  @ApiResponse({ status: 200, standardSchema: holdView })
  async confirm(@Param({ schema: byRequest }) path: z.output<typeof byRequest>, @CurrentCaller() { name: by }: Caller) {
    const command = { ...path, by, at: this.clock.now() };
    const asker = (await findHold(this.database.client, path.id))?.request?.by;
    // Before the transaction: identity may have to be asked. @rule OPERATOR-MAY-STILL
    const may = {
      asker: asker !== undefined && (await this.permissions.may(asker, releasePermission)),
      approver: await this.permissions.may(by, releasePermission),
    };
    const released = await this.database.transaction((tx) => releaseSending(tx, command, may));
    return shownHold(answer(released, statusOfHold));
  }
}
