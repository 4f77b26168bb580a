import type { Connection, Submittable } from 'pg';

/** The part of pg's connection that speaks the COPY protocol, and that its types leave out. */
interface CopyConnection extends Connection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
}

/**
 * `COPY ... FROM STDIN (FORMAT binary)` as pg lets one submit it: the rows of one batch go out in one piece, without
 * the escapes of the text format, which would double every byte of a value.
 */
export class CopyIn implements Submittable {
  readonly done: Promise<void>;
  readonly #sql: string;
  readonly #rows: readonly Uint8Array[];
  readonly #settle: PromiseWithResolvers<void>;

  constructor(table: string, columns: readonly string[], rows: readonly Uint8Array[]) {
    this.#sql = `COPY ${table} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`;
    this.#rows = rows;
    this.#settle = Promise.withResolvers();
    this.done = this.#settle.promise;
  }

  submit(connection: Connection): void {
    (connection as CopyConnection).query(this.#sql);
  }

  handleCopyInResponse(connection: Connection): void {
    (connection as CopyConnection).sendCopyFromChunk(Buffer.concat([fileHeader, ...this.#rows, fileTrailer]));
    (connection as CopyConnection).endCopyFrom();
  }

  handleCommandComplete(): void {
    // The server says how many rows; that they are all there, or none, follows from the transaction.
  }

  handleReadyForQuery(): void {
    this.#settle.resolve();
  }

  handleError(error: Error): void {
    this.#settle.reject(error);
  }
}

/** A field of a row in PostgreSQL's binary form; `null` is NULL. */
export type Field = Uint8Array | null;

/** A row: the number of its fields, then each with its length before it. */
export function binaryRow(fields: readonly Field[]): Uint8Array {
  const size = fields.reduce((sum, field) => sum + 4 + (field?.length ?? 0), 2);
  const row = Buffer.allocUnsafe(size);
  let at = row.writeInt16BE(fields.length, 0);
  for (const field of fields) {
    at = row.writeInt32BE(field === null ? -1 : field.length, at);
    if (field !== null) {
      row.set(field, at);
      at += field.length;
    }
  }
  return row;
}

export function int4(value: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function int8(value: number | bigint): Uint8Array {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}

export function text(value: string): Uint8Array {
  return Buffer.from(value);
}

const dayMs = 86_400_000;
const epoch2000 = Date.UTC(2000, 0, 1);

/** A day, `YYYY-MM-DD`. */
export function date(day: string): Uint8Array {
  return int4((Date.parse(day) - epoch2000) / dayMs);
}

/** An instant in UTC milliseconds. */
export function timestamptz(instant: number): Uint8Array {
  return int8(BigInt(instant - epoch2000) * 1000n);
}

const fileHeader = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const fileTrailer = Buffer.of(0xff, 0xff);
