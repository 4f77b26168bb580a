import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { isRefusal, refuse, trimBlanks } from '@recapito/primitives';
import type { Refusal, Words } from '@recapito/primitives';
import { CsvError, parse } from 'csv-parse';
import { parse as parseLine } from 'csv-parse/sync';
import { columns, readHeader } from '../domain/cohort-columns.ts';
import type { Column, ColumnOrder } from '../domain/cohort-columns.ts';
import type { CohortRow } from '../domain/cohort-row.ts';
import { textOfCell } from '../domain/safe-cell.ts';

/** A row and the physical line on which its record starts; the header stands on line 1. */
export interface NumberedRow extends CohortRow {
  readonly line: number;
}

const lenient = { relax_quotes: true, relax_column_count: true, skip_empty_lines: true, ltrim: true } as const;

/** Characters. A quotation mark that is never closed must not gather a whole file in memory. */
const longestRecord = 1_000_000;

/** Why a file as a whole is no cohort. */
export type CohortRefusal = Refusal<'cohort/empty' | 'cohort/not-text' | 'cohort/not-csv' | 'cohort/wrong-header'>;

/** The file as a whole is no cohort. Thrown by the reader wherever it notices, because a stream cannot return it. */
export class NotACohort extends Error {
  readonly refusal: CohortRefusal;

  constructor(code: CohortRefusal['refused'], words: Words) {
    super(words.en);
    this.refusal = refuse(code, 'COHORT-FILE', words);
  }
}

/**
 * Reads a cohort as a stream, one row at a time, whatever its size: CSV as RFC 4180, UTF-8 with or without BOM, empty
 * lines passed over. A quotation mark inside a cell is part of it. One that is not closed on its line costs that line and
 * those that it swallows, not the file.
 * @throws NotACohort when the bytes are not UTF-8, a quotation mark is never closed, the header is wrong or there are no
 * rows.
 * @rule COHORT-QUOTES
 */
export async function* readCohort(path: string): AsyncGenerator<NumberedRow> {
  const bytes = createReadStream(path);
  const text = bytes.pipe(strictUtf8());
  const records = text.pipe(parse({ ...lenient, bom: true, info: true, raw: true, max_record_size: longestRecord }));
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
      const line = info.lines - newlinesWithin(raw);
      for (const row of rowsOf(record, raw, line, order)) {
        rows += 1;
        yield row;
      }
    }
  } catch (error) {
    if (error instanceof CsvError) throw broken(openedAt(error));
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
  const cells = Object.fromEntries(
    columns.map((column) => [column, textOf(record[order.get(column) ?? -1] ?? '')]),
  ) as Record<Column, string>;
  return { cells, surplus: Math.max(0, record.length - order.size) };
}

/** What a cell says: without blanks at its edges, nor our own escape, nor quotation marks that such blanks kept in place. */
function textOf(cell: string): string {
  const trimmed = trimBlanks(cell);
  return trimBlanks(textOfCell(/^"([^]*)"$/.exec(trimmed)?.[1] ?? trimmed));
}

/**
 * The rows of one record: itself, or each of its physical lines when one of these is a whole row by itself, because a
 * quotation mark left open joins the rows of several persons.
 */
function rowsOf(record: readonly string[], raw: string, line: number, order: ColumnOrder): NumberedRow[] {
  const texts = raw.trim().split('\n');
  const lines =
    texts.length === 1 ? [] : texts.map((text, index) => ({ line: line + index, cells: cellsOfLine(text) }));
  if (!lines.some(({ cells }) => cells?.length === order.size)) return [{ line, ...cellsOf(record, order) }];
  return lines
    .filter(({ cells }) => cells?.length !== 0)
    .map(({ line: each, cells }) => ({ line: each, torn: true, ...cellsOf(cells ?? [], order) }));
}

/** The cells of a physical line by itself; undefined when a quotation mark stays open in it. */
function cellsOfLine(line: string): readonly string[] | undefined {
  try {
    return parseLine(line, lenient)[0] ?? [];
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}

function newlinesWithin(raw: string): number {
  return raw.trim().split('\n').length - 1;
}

/** The line on which the record begins that the parser could not end. */
function openedAt({ lines, raw }: CsvError): number {
  const unfinished = typeof raw === 'string' ? raw.trimStart().replace(/\n$/, '') : '';
  return Math.max(1, Number(lines) - (unfinished.split('\n').length - 1));
}

function broken(line: number): NotACohort {
  return new NotACohort('cohort/not-csv', {
    it: `Il file non è una coorte: alla riga ${line} si aprono virgolette che non si chiudono.`,
    en: `The file is not a cohort: quotation marks are opened on line ${line} and never closed.`,
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
