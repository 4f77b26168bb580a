import { createReadStream } from 'node:fs';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { instantField } from '@recapito/contracts';
import { Database, onceByKey } from '@recapito/database';
import {
  Act,
  answer,
  CurrentCaller,
  IdempotencyKey,
  JobWakes,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Reading,
  RecordsNothing,
  SuiteClock,
} from '@recapito/platform';
import type { Caller, PageQuery } from '@recapito/platform';
import { z } from 'zod';
import { askExport } from '../application/ask-export.ts';
import { changeExport, unknownExport } from '../application/change-export.ts';
import { findExportFile, listExportFiles } from '../application/list-export-files.ts';
import { exportStates } from '../domain/export.ts';
import { readExport } from '../persistence/export.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { TraceFolders } from '../trace-folder/trace-folder.ts';
import { statusOf } from './problem.ts';

const exportPath = z.object({ id: z.uuid() });
const fileQuery = z.object({ path: z.string().min(1).max(100) });

/** An export takes no parameter yet; what is sent must be nothing. */
const exportRequest = z.strictObject({}).optional();

const exportView = z.object({
  id: z.uuid(),
  state: z.enum(exportStates),
  /** Entries that the export holds, up to the checkpoint that was the newest when it was asked for. */
  size: z.int(),
  /** Entries written so far. */
  written: z.int(),
  failure: z.string().nullable(),
  askedBy: z.string(),
  askedAt: instantField,
});

/** The trace as files: a task that is asked for, watched, fetched file by file, and removed. */
@ApiTags('exports')
@ApiBearerAuth()
@Controller('exports')
export class ExportsController {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly jobs: JobWakes,
    private readonly folders: TraceFolders,
  ) {}

  /** Asks for an export. Refusals: `export/nothing-signed`, `idempotency-key/reused`. */
  @Post()
  @HttpCode(202)
  @Permission('export-trace')
  @Act()
  @ApiResponse({ status: 202, standardSchema: exportView })
  async ask(
    @IdempotencyKey() key: string,
    @Body({ schema: exportRequest }) body: z.output<typeof exportRequest>,
    @CurrentCaller() caller: Caller,
  ): Promise<z.output<typeof exportView>> {
    const request = { caller: caller.name, operation: 'POST /exports', key, body };
    const command = { askedBy: caller.name, at: this.clock.now() };
    const asked = await this.database.transaction((tx) => onceByKey(tx, request, () => askExport(tx, command)));
    this.jobs.wake('write-exports');
    return answer(asked, statusOf);
  }

  /** How far it is. Refusal: `export/unknown`. */
  @Get(':id')
  @Permission('export-trace')
  @RecordsNothing('how far an export is')
  @ApiResponse({ status: 200, standardSchema: exportView })
  async read(@Param({ schema: exportPath }) { id }: z.output<typeof exportPath>): Promise<z.output<typeof exportView>> {
    return answer((await readExport(this.database.client, id)) ?? unknownExport(id), statusOf);
  }

  /** Ends an export that is being written, takes away one that is ready. Refusal: `export/unknown`. */
  @Delete(':id')
  @Permission('export-trace')
  @Act()
  @ApiResponse({ status: 200, standardSchema: exportView })
  async remove(
    @Param({ schema: exportPath }) { id }: z.output<typeof exportPath>,
  ): Promise<z.output<typeof exportView>> {
    const removed = await this.database.transaction((tx) => changeExport(tx, { id, command: 'remove' }));
    await this.folders.remove(id);
    return answer(removed, statusOf);
  }

  /** The paths of its files, as they belong below one folder. Refusals: `export/unknown`, `export/not-in-this-state`. */
  @Get(':id/files')
  @Permission('export-trace')
  @RecordsNothing('names of files and days')
  @ApiResponse({ status: 200, standardSchema: pageOf(z.string()) })
  async files(
    @Param({ schema: exportPath }) { id }: z.output<typeof exportPath>,
    @Query({ schema: pageQuery }) query: PageQuery,
  ) {
    const from = keyAfter(query, z.int().min(0)) ?? 0;
    const files = answer(await listExportFiles(this.database.client, { id, from, limit: query.limit + 1 }), statusOf);
    const rows = files.map((path, position) => ({ path, next: from + position + 1 }));
    return pageFrom(
      rows,
      query,
      ({ next }) => next,
      ({ path }) => path,
    );
  }

  /** One of its files, byte for byte. Refusals: those of the listing, and `export/no-such-file`. */
  @Get(':id/files/content')
  @Permission('export-trace')
  @Reading()
  @ApiResponse({ status: 200, content: { 'application/octet-stream': {} } })
  async file(
    @Param({ schema: exportPath }) { id }: z.output<typeof exportPath>,
    @Query({ schema: fileQuery }) { path }: z.output<typeof fileQuery>,
  ): Promise<StreamableFile> {
    const file = answer(await findExportFile(this.database.client, { id, path }), statusOf);
    return new StreamableFile(createReadStream(this.folders.pathOf(id, file)));
  }
}
