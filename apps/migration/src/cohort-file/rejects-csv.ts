import { stringify } from 'csv-stringify/sync';
import { columns } from '../domain/cohort-columns.ts';
import { safeCell } from '../domain/safe-cell.ts';

/** One line of `scarti.csv`: one fault of one row, and the row's own cells by column. */
export interface RejectLine {
  readonly riga: number;
  readonly campo: string;
  readonly codice: string;
  readonly messaggio: string;
  readonly cells: Readonly<Record<string, string>>;
}

/** The header of `scarti.csv`. */
export function rejectsHeader(): string {
  return line(['riga', 'campo', 'codice', 'messaggio', ...columns]);
}

/** Lines of `scarti.csv`, RFC 4180, no cell of which a spreadsheet would run as a formula. */
export function rejectsLines(rejects: readonly RejectLine[]): string {
  return rejects
    .map(({ riga, campo, codice, messaggio, cells }) =>
      line([String(riga), campo, codice, messaggio, ...columns.map((column) => cells[column] ?? '')]),
    )
    .join('');
}

function line(cells: readonly string[]): string {
  return stringify([cells.map(safeCell)], { record_delimiter: 'windows' });
}
