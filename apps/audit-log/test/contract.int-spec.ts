import { afterAll, expect } from '@jest/globals';
import { generationOpened } from '@recapito/contracts';
import { parseConfig } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { ServiceStage } from '@recapito/testing';
import {
  healthSuite,
  idleSuite,
  migrationsSuite,
  oddRecordsSuite,
  oddRequestsSuite,
  outboxSuite,
} from '@recapito/testing/suites';
import { auditLogConfig } from '../src/config.ts';
import { PrismaClient } from '../src/persistence/generated/client.ts';
import { auditLogService } from '../src/service.ts';

const august = parseInstant('2010-08-02T07:00:00Z');

const stage = new ServiceStage('audit-log', PrismaClient, (environment) => {
  const reading = parseConfig(auditLogConfig, { ...environment, RECAPITO_TRACE_ORIGIN: 'gestore.example/trace' });
  if ('faults' in reading) throw new Error(reading.faults);
  return auditLogService(reading.config);
});
afterAll(() => stage.end(), 60_000);

outboxSuite(stage, {
  at: august,
  definition: generationOpened,
  data: {
    finding: '018f0000-0000-8000-8000-000000000001',
    topic: 'migration.moves.v1',
    partition: 0,
    generation: 2,
    next: 7,
    cause: 'end-below-position',
  },
});

migrationsSuite(stage, {
  readBack: async (client) => {
    expect(await client.ingestPosition.findMany({ orderBy: { partition: 'asc' } })).toMatchObject([
      { topic: 'audit-log.findings.v1', partition: 0, generation: 1, next: 13n },
      { topic: 'audit-log.findings.v1', partition: 2, generation: 1, next: 12n },
    ]);
    expect(await client.checkpoint.findMany()).toMatchObject([
      { size: 12n, sequence: 1n, note: expect.stringContaining('gestore.example/trace\n12\nGFcsPfUBptF2g7pp0t3DK') },
    ]);
    expect(await client.$queryRaw`SELECT count(*)::int AS entries FROM entry`).toEqual([{ entries: 0 }]);
  },
});

healthSuite('audit-log', () => stage.open(august));

oddRequestsSuite(stage, { at: august });

idleSuite(stage, { at: august, transactionsAMinute: 500 });

oddRecordsSuite(stage, {
  at: august,
  finished: (counters) => (counters['trace.appended'] ?? 0) + (counters['trace.known'] ?? 0),
});
