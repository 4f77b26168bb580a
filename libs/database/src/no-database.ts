import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';

/**
 * Stands where the schema engine wants a database although it only compares texts: it says which PostgreSQL the SQL is
 * for, which is the engine's first question, and has no answer to any other.
 */
export const noDatabase: SqlMigrationAwareDriverAdapterFactory = {
  provider: 'postgres',
  adapterName: 'no-database',
  connect: () => Promise.resolve(adapter),
  connectToShadowDb: () => Promise.resolve(adapter),
};

const introduction: SqlResultSet = {
  columnNames: ['exists', 'version', 'numeric_version'],
  columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
  rows: [[true, 'PostgreSQL 18', 180_000]],
};

const adapter: SqlDriverAdapter = {
  provider: 'postgres',
  adapterName: 'no-database',
  queryRaw: ({ sql }) => (sql.includes('server_version_num') ? Promise.resolve(introduction) : nobody()),
  executeRaw: () => nobody(),
  executeScript: () => nobody(),
  startTransaction: () => nobody(),
  dispose: () => Promise.resolve(),
};

function nobody(): Promise<never> {
  return Promise.reject(new Error('texts are compared without a database'));
}
