import { Client } from 'pg';

/** A statement with its values, as Prisma's `Prisma.sql` makes it. */
export interface PlannedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/**
 * How PostgreSQL would read the tables of a statement now, its statistics brought up to date: `Index Scan
 * holder_surname_first`, `Seq Scan holder`, one for each node that reads a table.
 * @param url the database in its owner's role
 */
export async function queryPlan(url: string, statement: PlannedStatement): Promise<string[]> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  try {
    await owner.query('ANALYZE');
    const { rows } = await owner.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (FORMAT JSON) ${statement.text}`,
      [...statement.values],
    );
    return rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => readersIn(Plan)));
  } finally {
    await owner.end();
  }
}

function readersIn(node: PlanNode): string[] {
  const read = node['Index Name'] ?? node['Relation Name'];
  return [...(read === undefined ? [] : [`${node['Node Type']} ${read}`]), ...(node.Plans ?? []).flatMap(readersIn)];
}
