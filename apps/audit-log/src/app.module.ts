import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Database } from '@recapito/database';
import { connectionOf, DueWork, Health, JobWakes, Metrics, readSecret, SuiteClock } from '@recapito/platform';
import { CheckpointFile } from './checkpoint-file/checkpoint-file.ts';
import { rehearsedOrigin } from './config.ts';
import type { AuditLogConfig } from './config.ts';
import { CheckpointsController } from './http/checkpoints.controller.ts';
import { EntriesController } from './http/entries.controller.ts';
import { ExportsController } from './http/exports.controller.ts';
import { LogsController } from './http/logs.controller.ts';
import { PartitionsController } from './http/partitions.controller.ts';
import { ReadingsController } from './http/readings.controller.ts';
import { SigningState } from './application/signing-state.ts';
import { SignCheckpoints } from './jobs/sign-checkpoints.ts';
import { WriteExports } from './jobs/write-exports.ts';
import { PublishedCheckpoints } from './kafka/published-checkpoints.ts';
import { TraceIngest } from './kafka/trace-ingest.ts';
import { BulkTransactions } from './persistence/bulk-transactions.ts';
import type { PrismaClient } from './persistence/generated/client.ts';
import { CheckpointKey } from './sealing/checkpoint-key.ts';
import { TraceFolders } from './trace-folder/trace-folder.ts';

type IngestWiring = [BulkTransactions, SuiteClock, DueWork, Health, Metrics, SignCheckpoints];

/** The trace's wiring. */
@Module({})
export class AppModule {
  static for(config: AuditLogConfig): DynamicModule {
    const {
      databaseUrl,
      secrets,
      traceOrigin = rehearsedOrigin,
      folder,
      checkpointFile = join(folder, 'newest-checkpoint'),
    } = config;
    const connection = connectionOf('audit-log', config);
    return {
      module: AppModule,
      controllers: [
        CheckpointsController,
        EntriesController,
        ExportsController,
        LogsController,
        PartitionsController,
        ReadingsController,
      ],
      providers: [
        {
          provide: CheckpointKey,
          useFactory: () => new CheckpointKey(traceOrigin, readSecret(secrets, 'checkpoint.key')),
        },
        {
          provide: PublishedCheckpoints,
          inject: [CheckpointKey],
          useFactory: (key: CheckpointKey) =>
            new PublishedCheckpoints(connection, key, new CheckpointFile(checkpointFile)),
        },
        { provide: BulkTransactions, useFactory: () => new BulkTransactions(databaseUrl) },
        { provide: TraceFolders, useFactory: () => new TraceFolders(join(folder, 'exports')) },
        {
          provide: TraceIngest,
          inject: [BulkTransactions, SuiteClock, DueWork, Health, Metrics, SignCheckpoints],
          useFactory: (...[transactions, clock, dueWork, health, metrics, signing]: IngestWiring) => {
            const onAppended = () => signing.signSoon();
            return new TraceIngest({ transactions, clock, dueWork, health, metrics, onAppended }, connection);
          },
        },
        SigningState,
        {
          provide: SignCheckpoints,
          inject: [
            Database,
            SuiteClock,
            DueWork,
            Health,
            Metrics,
            CheckpointKey,
            PublishedCheckpoints,
            SigningState,
            JobWakes,
          ],
          useFactory: (
            database: Database<PrismaClient>,
            clock: SuiteClock,
            dueWork: DueWork,
            health: Health,
            metrics: Metrics,
            key: CheckpointKey,
            publishedCheckpoints: PublishedCheckpoints,
            state: SigningState,
            wakes: JobWakes,
          ) =>
            new SignCheckpoints({
              database,
              clock,
              dueWork,
              health,
              metrics,
              key,
              publishedCheckpoints,
              state,
              wakes,
            }),
        },
        {
          provide: WriteExports,
          inject: [Database, TraceFolders, DueWork, JobWakes],
          useFactory: (database: Database<PrismaClient>, folders: TraceFolders, dueWork: DueWork, wakes: JobWakes) =>
            new WriteExports(database, folders, dueWork, wakes),
        },
      ],
    };
  }
}
