import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { answer, Database, Permission, Reading } from '@recapito/platform';
import { z } from 'zod';
import { proveEntry } from '../application/prove-entry.ts';
import { disclosed } from '../domain/trace-line.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { statusOf } from './problem.ts';

const base64 = z.string();

const entryPath = z.object({ index: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) });

const entryView = z.object({
  /** The day of Rome under which it is filed; part of the leaf. */
  day: z.iso.date(),
  entry: z.object({
    index: z.int(),
    salt: base64,
    topic: z.string(),
    partition: z.int(),
    /** -1 for what the trace says about itself. */
    offset: z.int(),
    key: base64.nullable(),
    headers: z.array(z.tuple([z.string(), base64.nullable()])),
    value: base64.nullable(),
  }),
  /** The signed note whose tree has the entry. */
  checkpoint: z.string(),
  /** Inclusion proof (RFC 6962, 2.1.1), nearest sibling first. */
  proof: z.array(base64),
});

/** Single entries, disclosed with what proves them. */
@ApiTags('entries')
@ApiBearerAuth()
@Controller('entries')
export class EntriesController {
  constructor(private readonly database: Database<PrismaClient>) {}

  /** An entry of the trace with its proof. Refusal: `entry/unknown`, also while no checkpoint covers the entry. */
  @Get(':index')
  @Permission('read-trace')
  @Reading()
  @ApiResponse({ status: 200, standardSchema: entryView })
  async read(@Param({ schema: entryPath }) command: z.output<typeof entryPath>): Promise<z.output<typeof entryView>> {
    const proven = answer(await this.database.transaction((tx) => proveEntry(tx, command)), statusOf);
    const { headers, ...fields } = disclosed(proven.entry);
    return {
      day: proven.entry.day,
      entry: { ...fields, headers: headers.map(([name, value]) => [name, value]) },
      checkpoint: proven.checkpoint,
      proof: proven.proof.map((hash) => Buffer.from(hash).toString('base64')),
    };
  }
}
