import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Refusal, Words } from '@recapito/primitives';
import { CsvError, parse } from 'csv-parse';
import { columns, readHeader } from '../domain/cohort-columns.ts';
import type { Column, ColumnOrder } from '../domain/cohort-columns.ts';
import type { CohortRow } from '../domain/cohort-row.ts';

/** A row and the physical line on which its record starts; the header stands on line 1. */
export interface NumberedRow extends CohortRow {
  readonly line: number;
}

/** The file as a whole is no cohort. Thrown by the reader wherever it notices, because a stream cannot return it. */
export class NotACohort extends Error {
  readonly refusal: Refusal;

  constructor(code: 'cohort/empty' | 'cohort/not-text' | 'cohort/not-csv' | 'cohort/wrong-header', words: Words) {
    super(words.en);
    this.refusal = refuse(code, 'COHORT-FILE', words);
  }
}

/**
 * Reads a cohort as a stream, one row at a time, whatever its size: CSV as RFC 4180, UTF-8 with or without BOM, empty
 * lines passed over.
 * @throws NotACohort when the bytes are not UTF-8, the quoting breaks off, the header is wrong or there are no rows.
 */
export async function* readCohort(path: string): AsyncGenerator<NumberedRow> {
  const bytes = createReadStream(path);
  const text = bytes.pipe(strictUtf8());
  const records = text.pipe(
    parse({ bom: true, info: true, raw: true, relax_column_count: true, skip_empty_lines: true, trim: true }),
  );
  // A pipe does not carry errors along: what breaks upstream must end the reading.
  bytes.once('error', (error) => records.destroy(error));
  text.once('error', (error) => records.destroy(error));

  let order: ColumnOrder | undefined;
  let rows = 0;
  try {
    for await (const { record, raw, info } of records as AsyncIterable<ParsedRecord>) {
      if (order === undefined) {
        order = orderOf(record);
        continue;
      }
      rows += 1;
      yield { line: info.lines - newlinesWithin(raw), ...cellsOf(record, order) };
    }
  } catch (error) {
    if (error instanceof CsvError) throw broken(error.lines as number | undefined);
    throw error;
  } finally {
    bytes.destroy();
  }
  if (order === undefined || rows === 0) throw new NotACohort('cohort/empty', noRows);
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

const noRows: Words = {
  it: 'Il file non è una coorte: non contiene alcuna riga.',
  en: 'The file is not a cohort: it has no rows.',
};

function orderOf(record: readonly string[]): ColumnOrder {
  const order = readHeader(record);
  if (isRefusal(order)) throw new NotACohort(order.refused, order.words);
  return order;
}

function cellsOf(record: readonly string[], order: ColumnOrder): CohortRow {
  const cells = Object.fromEntries(columns.map((column) => [column, record[order.get(column) ?? -1] ?? ''])) as Record<
    Column,
    string
  >;
  return { cells, surplus: Math.max(0, record.length - order.size) };
}

function newlinesWithin(raw: string): number {
  return raw.trim().split('\n').length - 1;
}

function broken(line: number | undefined): NotACohort {
  const near = line ?? 1;
  return new NotACohort('cohort/not-csv', {
    it: `Il file non è una coorte: le virgolette non tornano, dalla riga ${near}.`,
    en: `The file is not a cohort: the quotation marks do not match, from line ${near} on.`,
  });
}

/**
 * Passes text on with plain line feeds, so that lines are counted alike in every file, and stops at the first byte that
 * is not UTF-8, or is NUL: a wrong encoding would register wrong names.
 */
function strictUtf8(): Transform {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let held = '';
  const decode = (done: TransformCallback, chunk?: Buffer) => {
    try {
      const text = held + (chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true }));
      // UTF-16 looks like UTF-8 with a NUL byte beside each letter.
      if (text.includes('\0')) throw new RangeError('a NUL byte');
      // A carriage return at the very end may be half of a line end: it waits for the next chunk.
      held = chunk !== undefined && text.endsWith('\r') ? '\r' : '';
      done(null, text.slice(0, text.length - held.length).replaceAll('\r\n', '\n'));
    } catch {
      done(
        new NotACohort('cohort/not-text', {
          it: 'Il file non è una coorte: non è un testo in UTF-8.',
          en: 'The file is not a cohort: it is not a text in UTF-8.',
        }),
      );
    }
  };
  return new Transform({
    transform: (chunk: Buffer, _, done) => decode(done, chunk),
    flush: (done) => decode(done),
  });
}
