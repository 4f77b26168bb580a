import { Sql } from '@prisma/client/runtime/client';
import { DriverAdapterError, type ArgType, type SqlQuery, type SqlQueryable } from '@prisma/driver-adapter-utils';
import { rowsOf } from './result-rows.ts';

/** A statement as its caller writes it: the tag of a template, or what `Prisma.sql` made of one. */
type Template = TemplateStringsArray | Sql;

/** The raw statements of a Prisma client, as far as this house uses them. */
export interface RawStatements {
  $queryRaw<Rows = unknown>(template: Template, ...values: unknown[]): Promise<Rows>;
  $queryRawUnsafe<Rows = unknown>(text: string, ...values: unknown[]): Promise<Rows>;
  $executeRaw(template: Template, ...values: unknown[]): Promise<number>;
  $executeRawUnsafe(text: string, ...values: unknown[]): Promise<number>;
}

/** A raw statement that failed, in the words of PostgreSQL; its cause is the adapter's error, which has the SQLSTATE. */
class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
}

/** The adapter lets pg decide by what a value is, and PostgreSQL by what the statement needs. */
const anyType: ArgType = { scalarType: 'unknown', arity: 'scalar' };

/**
 * The raw statements of a transaction, sent by Prisma's adapter without passing through Prisma's engine, which would
 * send the same text and cost as much processor time as everything else on the way. Values go out and come back as they
 * do with a Prisma client; unlike there, a statement is sent when it is called, not when it is awaited.
 */
export function rawStatementsOn(connection: SqlQueryable): RawStatements {
  const query = async <Rows>(statement: SqlQuery) =>
    rowsOf(await connection.queryRaw(statement).catch(inWords)) as Rows;
  const execute = async (statement: SqlQuery) => await connection.executeRaw(statement).catch(inWords);
  return {
    $queryRaw: (template, ...values) => query(ofTemplate(template, values)),
    $queryRawUnsafe: (text, ...values) => query(statement(text, values)),
    $executeRaw: (template, ...values) => execute(ofTemplate(template, values)),
    $executeRawUnsafe: (text, ...values) => execute(statement(text, values)),
  };
}

function ofTemplate(template: Template, values: readonly unknown[]): SqlQuery {
  const sql = template instanceof Sql ? template : new Sql(template, values);
  return statement(sql.text, sql.values);
}

function statement(sql: string, values: readonly unknown[]): SqlQuery {
  return { sql, args: [...values], argTypes: values.map(() => anyType) };
}

/** The adapter's own message of an error is the name of its kind. */
function inWords(error: unknown): never {
  if (!(error instanceof DriverAdapterError)) throw error;
  const { originalMessage, originalCode } = error.cause;
  const words = originalCode === undefined ? error.message : `${originalMessage ?? error.message} (${originalCode})`;
  throw new StatementFailed(words, { cause: error });
}
