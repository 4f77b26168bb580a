import { isUtf8 } from 'node:buffer';
import { isRefusal, parseCertifiedAddress } from '@recapito/primitives';
import { parse } from 'csv-parse/sync';

/** Why a row was left out: another number of cells, no code of a body, an address without its kind, a malformed address. */
export type RowFault = 'length' | 'body' | 'kind' | 'address';

/** One row that could not be read. */
export interface FaultyRow {
  /** From 1, the header included. */
  readonly line: number;
  /** The code of the body, where it could be read. */
  readonly body: string | null;
  readonly fault: RowFault;
}

/** One row that could be read: a body and its certified addresses, none or several, in lower case. */
export interface GoodRow {
  readonly body: string;
  readonly addresses: readonly string[];
}

/** The rows of a file, in their order. */
export interface PaRows {
  readonly good: readonly GoodRow[];
  readonly faulty: readonly FaultyRow[];
}

/** The line at which a file stops being a list of public bodies. */
export interface NoList {
  readonly line: number;
}

/** The kinds of address that are certified; every other stands in the list for information. */
const certifiedKinds = new Set(['pec', 'cecpac']);
/** The names that the code of a body has had in the files of the index of public bodies. */
const codeColumns = ['cod_amm', 'codice_ipa'];
/** The columns of addresses, each with its kind: one in the list of certified addresses, five in that of the bodies. */
const mailColumns = ['', '1', '2', '3', '4', '5'].map((n) => [`mail${n}`, `tipo_mail${n}`] as const);

/**
 * Reads the rows of a file of the index of public bodies. Each physical line is one row: a quotation mark that is not
 * closed costs its own row and no other. A last line that is cut off means that the file is cut off.
 * @returns NoList when the columns are not those of such a file, or it is cut off
 */
export function readPaRows(bytes: Buffer | string): PaRows | NoList {
  const text = typeof bytes === 'string' ? bytes : bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const [header = '', ...rows] = lines.map((line) => line.replace(/\r$/, ''));
  const delimiter = ['\t', ';', ','].find((sign) => header.includes(sign)) ?? ',';
  const cellsOf = readerOf(delimiter);
  const columns = (cellsOf(header) ?? []).map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  const layout = layoutOf(columns);
  const good: GoodRow[] = [];
  const faulty: FaultyRow[] = [];
  for (const [index, row] of rows.entries()) {
    if (row === '') continue;
    const line = index + 2;
    if (layout === null) return { line };
    const cells = cellsOf(row);
    const read = readRow(cells ?? row.split(delimiter), layout, cells?.length === columns.length);
    if (!('fault' in read)) good.push(read);
    else if (read.fault === 'length' && index === rows.length - 1) return { line };
    else faulty.push({ ...read, line });
  }
  return { good, faulty };
}

/** Reads the cells of one line; null when its quotation marks are not those of a row. */
function readerOf(delimiter: string): (line: string) => string[] | null {
  // Names between tabs bear quotation marks that quote nothing.
  const quotes = delimiter !== '\t';
  return (line) => {
    if (!quotes || !line.includes('"')) return line.split(delimiter);
    try {
      return parse(line, { delimiter })[0] ?? [];
    } catch {
      return null;
    }
  };
}

/** At which places the cells of a row stand. */
interface Layout {
  readonly body: number;
  readonly mails: readonly { readonly mail: number; readonly kind: number }[];
}

function layoutOf(columns: readonly string[]): Layout | null {
  const body = columns.findIndex((name) => codeColumns.includes(name));
  const mails = mailColumns
    .map(([mail, kind]) => ({ mail: columns.indexOf(mail), kind: columns.indexOf(kind) }))
    .filter(({ mail }) => mail >= 0);
  return body < 0 || mails.length === 0 || mails.some(({ kind }) => kind < 0) ? null : { body, mails };
}

function readRow(cells: readonly string[], layout: Layout, whole: boolean): GoodRow | Omit<FaultyRow, 'line'> {
  const body = valueOf(cells[layout.body]);
  if (!whole) return { body, fault: 'length' };
  if (body === null) return { body, fault: 'body' };
  const addresses: string[] = [];
  for (const place of layout.mails) {
    const [mail, kind] = [valueOf(cells[place.mail]), valueOf(cells[place.kind])];
    if (mail === null && kind === null) continue;
    if (kind === null) return { body, fault: 'kind' };
    if (!certifiedKinds.has(kind.toLowerCase())) continue;
    const address = parseCertifiedAddress(mail ?? '');
    if (isRefusal(address)) return { body, fault: mail === null ? 'kind' : 'address' };
    addresses.push(address);
  }
  return { body, addresses };
}

function valueOf(cell: string | undefined): string | null {
  const value = cell?.trim() ?? '';
  return value === '' || value.toLowerCase() === 'null' ? null : value;
}
