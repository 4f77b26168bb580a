import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { Pool } from 'pg';
import { takeBatch } from '../src/application/take-batch.ts';
import { rawRecords, Scene, sentRecords } from './scene.ts';

let scene: Scene;
let writer: Pool;

beforeAll(async () => {
  scene = await Scene.open();
  writer = new Pool({ connectionString: scene.database.url, max: 1 });
  const records = rawRecords(sentRecords(3));
  const batch = { topic: 'migration.moves.v1' as const, partition: 0, records, end: '3' };
  await scene.transactions.run((tx) => takeBatch(tx, { batch, at: parseInstant('2010-08-02T07:00:00Z') }));
});
afterAll(async () => {
  await writer.end();
  await scene.close();
});

const evidence = [
  'entry',
  'entry_2010_08_02',
  'sequenced_batch',
  'ingested_id',
  'reused_id',
  'tile',
  'checkpoint',
  'trace_day',
  'declared_log',
  'log_break',
  'named_reading',
];

describe.each(evidence)('the role in which the service works, on %s', (table) => {
  test.each([
    ['UPDATE', `UPDATE ${table} SET ${firstColumn(table)}`],
    ['DELETE', `DELETE FROM ${table}`],
    ['TRUNCATE', `TRUNCATE ${table}`],
    ['DROP', `DROP TABLE ${table}`],
    ['ALTER', `ALTER TABLE ${table} DISABLE TRIGGER ALL`],
  ])('is refused %s', async (_, sql) => {
    await expect(writer.query(sql)).rejects.toThrow(/permission denied|must be owner/);
  });
});

describe('the role in which the service works', () => {
  test('holds on evidence the rights to add and to read, and no other', async () => {
    const { rows } = await scene.owner.query<{ rights: string }>(
      `SELECT DISTINCT table_name || ' ' || privilege_type AS rights FROM information_schema.role_table_grants
       WHERE grantee = 'audit_log' AND table_name = ANY ($1) ORDER BY 1`,
      [evidence],
    );
    expect(rows.map(({ rights }) => rights)).toEqual([
      'checkpoint INSERT',
      'checkpoint SELECT',
      'declared_log INSERT',
      'declared_log SELECT',
      'entry INSERT',
      'entry SELECT',
      'ingested_id INSERT',
      'ingested_id SELECT',
      'log_break INSERT',
      'log_break SELECT',
      'named_reading INSERT',
      'named_reading SELECT',
      'reused_id INSERT',
      'reused_id SELECT',
      'sequenced_batch INSERT',
      'sequenced_batch SELECT',
      'tile INSERT',
      'tile SELECT',
      'trace_day SELECT',
    ]);
  });

  test('moves the position of the reading and cannot take it away', async () => {
    await expect(writer.query('UPDATE ingest_position SET next = next')).resolves.toMatchObject({ rowCount: 1 });
    await expect(writer.query('DELETE FROM ingest_position')).rejects.toThrow(/permission denied/);
  });

  test('can open no day before the last one, and none that begins elsewhere than at the end', async () => {
    await expect(writer.query(`SELECT open_day('2010-08-01', 3)`)).rejects.toThrow(/cannot begin/);
    await expect(writer.query(`SELECT open_day('2010-08-02', 3)`)).rejects.toThrow(/cannot begin/);
    await expect(writer.query(`SELECT open_day('2010-08-03', 2)`)).rejects.toThrow(/cannot begin/);
  });

  test('is not the owner of anything', async () => {
    const { rows } = await scene.owner.query(`SELECT tablename FROM pg_tables WHERE tableowner = 'audit_log'`);
    expect(rows).toEqual([]);
  });
});

function firstColumn(table: string): string {
  const columns: Readonly<Record<string, string>> = {
    sequenced_batch: 'size',
    ingested_id: 'topic',
    reused_id: 'topic',
    tile: 'level',
    checkpoint: 'note',
    declared_log: 'origin',
    log_break: 'cause',
  };
  const column = columns[table] ?? 'day';
  return `${column} = ${column}`;
}
