import { Controller, Get, Header, Logger, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '@recapito/database';
import {
  Act,
  answer,
  Approvals,
  InHand,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Reading,
  TwoPersons,
} from '@recapito/platform';
import type { ActInHand } from '@recapito/platform';
import { formatInstant, parseInstant, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { z } from 'zod';
import { Quarantine } from '../files/quarantine.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { quarantined, quarantinePage } from '../persistence/quarantine.store.ts';
import type { Quarantined } from '../persistence/quarantine.store.ts';
import { statusOfQuarantine } from './problem.ts';

const pageEnd = z.object({ at: z.iso.datetime(), id: z.uuid() });

const kept = z.object({
  id: z.uuid(),
  /** The message that it was, or would have been. */
  identificativo: z.string(),
  /** The provider that found it. */
  provider: z.string(),
  point: z.enum(['access', 'incoming']),
  sender: z.string(),
  recipients: z.array(z.string()),
  /** What the scanner calls it. */
  virus: z.string(),
  bytes: z.int(),
  /** The certified instant of the notice, RFC 3339 in UTC. */
  at: z.iso.datetime(),
  /** From this instant on it is erased. */
  keepUntil: z.iso.datetime(),
});

/** The act by which two persons open it. */
const openQuarantine = 'open-quarantine';

const opened = z.object({ opened: z.literal(true) });

/** Infected messages in quarantine, for operators: the list, and the download of one. */
@ApiTags('quarantine')
@ApiBearerAuth()
@Controller('quarantine')
export class QuarantineController {
  readonly #logger = new Logger('quarantine');

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly quarantine: Quarantine,
    private readonly approvals: Approvals<PrismaClient>,
  ) {}

  /** Opens the quarantine to two persons for an hour. */
  @Post('openings')
  @Permission('read-quarantine')
  @Act()
  @TwoPersons()
  @ApiResponse({ status: 200, standardSchema: opened })
  async open(@InHand() hand: ActInHand) {
    const act = { act: openQuarantine, command: {}, stateOf: () => Promise.resolve('') };
    return await this.approvals.take(hand, act, () => Promise.resolve({ opened: true as const }));
  }

  /** In the order in which they were found, once two persons have opened it. Refusal: `approval/needed`. */
  @Get()
  @Permission('read-quarantine')
  @Reading()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: pageOf(kept) })
  async list(@Query({ schema: pageQuery }) query: z.output<typeof pageQuery>, @InHand() hand: ActInHand) {
    await this.approvals.makeSureOpenTo(hand, openQuarantine);
    const end = keyAfter(query, pageEnd);
    const after = end === undefined ? null : { at: parseInstant(end.at), id: end.id };
    const rows = await quarantinePage(this.database.client, { after, limit: query.limit + 1 });
    return pageFrom(rows, query, ({ at, id }) => ({ at: formatInstant(at), id }), shown);
  }

  /**
   * The message as it came, virus included: as a download that nothing opens by itself. Who asked is logged.
   * Refusal: `approval/needed`.
   */
  @Get(':id/message')
  @Permission('read-quarantine')
  @Reading()
  @Header('cache-control', 'no-store')
  @Header('x-content-type-options', 'nosniff')
  @ApiResponse({ status: 200, content: { 'application/octet-stream': {} } })
  async message(@Param('id') typed: string, @InHand() hand: ActInHand): Promise<StreamableFile> {
    await this.approvals.makeSureOpenTo(hand, openQuarantine);
    const id = z.uuid().safeParse(typed).data;
    const found = id === undefined ? undefined : await quarantined(this.database.client, id);
    const { id: name, sha256, identificativo } = answer(found ?? unknown(), statusOfQuarantine);
    const bytes = await this.quarantine.open(name, sha256);
    this.#logger.warn({
      event: 'quarantine-download',
      message: 'an infected message was downloaded from quarantine',
      identificativo,
      caller: hand.caller.name,
    });
    return new StreamableFile(bytes, {
      type: 'application/octet-stream',
      disposition: `attachment; filename="${name}.eml.infected"`,
    });
  }
}

/** Without what is nobody's business but the disk's. */
function shown({ at, keepUntil, ...row }: Quarantined): z.output<typeof kept> {
  return kept.parse({ ...row, at: formatInstant(at), keepUntil: formatInstant(keepUntil) });
}

function unknown(): Refusal<'quarantine/unknown'> {
  return refuse('quarantine/unknown', 'VIRUS-KEPT-30-MONTHS', {
    it: 'Nessun messaggio con questo numero è conservato.',
    en: 'No message of this number is kept aside.',
  });
}
