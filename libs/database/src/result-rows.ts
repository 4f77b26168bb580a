import { ColumnTypeEnum, type ColumnType, type SqlResultSet } from '@prisma/driver-adapter-utils';
import { Decimal } from '@prisma/client/runtime/client';

/** A value that is not null, as the adapter for PostgreSQL reads it, made into what a Prisma client gives for it. */
type Reading = (value: unknown) => unknown;

const bigint: Reading = (value) => BigInt(value as string);
const decimal: Reading = (value) => new Decimal(value as string);
const instant: Reading = (value) => new Date(value as string);
const timeOfDay: Reading = (value) => new Date(`1970-01-01T${value as string}Z`);
const json: Reading = (value) => JSON.parse(value as string) as unknown;
/** A copy: small buffers are views into one that Node shares. */
const bytes: Reading = (value) => new Uint8Array(value as Uint8Array);

const each =
  (reading: Reading): Reading =>
  (values) =>
    (values as unknown[]).map((value) => (value === null ? null : reading(value)));

/** What is not here is given as it was read: text, numbers of 32 bits or floating, booleans, UUIDs, and their arrays. */
const readings: { readonly [type in ColumnType]?: Reading } = {
  [ColumnTypeEnum.Int64]: bigint,
  [ColumnTypeEnum.Numeric]: decimal,
  [ColumnTypeEnum.DateTime]: instant,
  [ColumnTypeEnum.Date]: instant,
  [ColumnTypeEnum.Time]: timeOfDay,
  [ColumnTypeEnum.Json]: json,
  [ColumnTypeEnum.Bytes]: bytes,
  [ColumnTypeEnum.Int64Array]: each(bigint),
  [ColumnTypeEnum.NumericArray]: each(decimal),
  [ColumnTypeEnum.DateTimeArray]: each(instant),
  [ColumnTypeEnum.DateArray]: each(instant),
  [ColumnTypeEnum.TimeArray]: each(timeOfDay),
  [ColumnTypeEnum.JsonArray]: each(json),
  [ColumnTypeEnum.BytesArray]: each(bytes),
};

/**
 * The rows of a result by the names of their columns, each value as Prisma's `$queryRaw` gives it: `bigint` for int8,
 * `Date` for times and days, `Decimal` for numeric, `Uint8Array` for bytea, JSON parsed.
 */
export function rowsOf({ columnNames, columnTypes, rows }: SqlResultSet): Record<string, unknown>[] {
  const columns = columnNames.map((name, index) => ({ name, index, reading: readingOf(columnTypes[index]) }));
  return rows.map((values) => {
    const row: Record<string, unknown> = {};
    for (const { name, index, reading } of columns) {
      const value = values[index];
      row[name] = reading === undefined || value === null ? value : reading(value);
    }
    return row;
  });
}

function readingOf(type: ColumnType | undefined): Reading | undefined {
  return type === undefined ? undefined : readings[type];
}
