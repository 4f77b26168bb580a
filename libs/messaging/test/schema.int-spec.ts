import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';
import { servers } from '@recapito/testing';

const fileOf = (name: string) => readFileSync(new URL(`../prisma/${name}`, import.meta.url), 'utf8');

/** Statements without comments and white space, in no order. */
function statements(sql: string): Set<string> {
  const bare = sql.replaceAll(/^--.*$/gm, '').replaceAll(/\s+/g, '');
  return new Set(bare.split(';').filter((statement) => statement !== '' && !statement.startsWith('CREATESCHEMA')));
}

test('the SQL that specs and tools run is what Prisma makes of the models', async () => {
  const content = `datasource db {\n  provider = "postgresql"\n}\n${fileOf('messaging.prisma')}`;
  // The engine never ends its pool: idle connections have to go by themselves, or they hold the process.
  const adapter = new PrismaPg({ connectionString: servers().postgresUrl, max: 1, idleTimeoutMillis: 10 });
  const factory = bindMigrationAwareSqlAdapterFactory(adapter);
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, factory);
  const { stdout } = await engine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: [{ path: 'messaging.prisma', content }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  engine.free();
  expect(statements(fileOf('messaging.sql'))).toEqual(statements(stdout ?? ''));
});
