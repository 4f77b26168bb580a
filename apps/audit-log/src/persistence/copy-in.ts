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
  readonly #rows: Uint8Array;
  readonly #settle: PromiseWithResolvers<void>;

  constructor(table: string, columns: readonly string[], rows: BinaryRows) {
    this.#sql = `COPY ${table} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`;
    this.#rows = rows.finish();
    this.#settle = Promise.withResolvers();
    this.done = this.#settle.promise;
  }

  submit(connection: Connection): void {
    (connection as CopyConnection).query(this.#sql);
  }

  handleCopyInResponse(connection: Connection): void {
    (connection as CopyConnection).sendCopyFromChunk(this.#rows);
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

const headerLength = 19;
const dayMs = 86_400_000;
const epoch2000 = Date.UTC(2000, 0, 1);
const two32 = 2 ** 32;

/** Rows in PostgreSQL's binary form, field after field, in one buffer that grows with them. */
export class BinaryRows {
  readonly #fields: number;
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #at = headerLength;

  /** @param fields how many fields each row has */
  constructor(fields: number) {
    this.#fields = fields;
    this.#bytes.fill(0, 0, headerLength).write('PGCOPY\n\xff\r\n\0', 'latin1');
  }

  /** Begins a row; its fields follow. */
  row(): this {
    this.#reserve(2);
    this.#at = this.#bytes.writeInt16BE(this.#fields, this.#at);
    return this;
  }

  /** `bytea`, or NULL. */
  bytes(value: Uint8Array | null): this {
    this.#reserve(4 + (value?.length ?? 0));
    this.#at = this.#bytes.writeInt32BE(value === null ? -1 : value.length, this.#at);
    if (value !== null) {
      this.#bytes.set(value, this.#at);
      this.#at += value.length;
    }
    return this;
  }

  text(value: string): this {
    // No character takes more than three bytes for each of its UTF-16 units.
    this.#reserve(4 + 3 * value.length);
    const length = this.#bytes.write(value, this.#at + 4);
    this.#at = this.#bytes.writeInt32BE(length, this.#at) + length;
    return this;
  }

  int4(value: number): this {
    this.#reserve(8);
    this.#at = this.#bytes.writeInt32BE(value, this.#bytes.writeInt32BE(4, this.#at));
    return this;
  }

  /** `bigint`, from a whole number that JavaScript can hold exactly. */
  int8(value: number): this {
    this.#reserve(12);
    this.#at = this.#bytes.writeInt32BE(Math.floor(value / two32), this.#bytes.writeInt32BE(8, this.#at));
    this.#at = this.#bytes.writeUInt32BE(value >>> 0, this.#at);
    return this;
  }

  /** `date`, from `YYYY-MM-DD`. */
  date(day: string): this {
    return this.int4((Date.parse(day) - epoch2000) / dayMs);
  }

  /** `timestamptz`, from UTC milliseconds, or NULL. */
  timestamptz(instant: number | null): this {
    return instant === null ? this.bytes(null) : this.int8((instant - epoch2000) * 1000);
  }

  /** Everything, as COPY expects it; call it once. */
  finish(): Uint8Array {
    this.#reserve(2);
    return this.#bytes.subarray(0, this.#bytes.writeInt16BE(-1, this.#at));
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#at + more));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
