import type { PrismaClientLike } from '@recapito/database';

/**
 * Every row of every table of a database that its role may read, as text, table by table. Left out is what says only how far a
 * process has come: heartbeats, positions, and the instants of claims, which are renewed.
 */
export async function everyRow(client: PrismaClientLike): Promise<Record<string, string[]>> {
  const tables = await client.$queryRawUnsafe<{ name: string }[]>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_name NOT IN ('_prisma_migrations', 'relay_lease', 'reading_position') ORDER BY 1`,
  );
  const texts: Record<string, string[]> = {};
  for (const { name } of tables) {
    const rows = await client.$queryRawUnsafe<{ row: string }[]>(
      `SELECT (to_jsonb(each) - 'claimed_at')::text AS row FROM ${name} AS each ORDER BY 1`,
    );
    texts[name] = rows.map(({ row }) => row);
  }
  return texts;
}
