import { isUtf8 } from 'node:buffer';
import { isRefusal, parseCertifiedAddress, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { CsvError, parse } from 'csv-parse/sync';

/** The certified addresses of public bodies. */
export interface PaIndex {
  /** True for an address of the list, whatever its case; a body's ordinary address is none. // PA-INDEX-EXACT */
  has(address: string): boolean;
  /** How many addresses there are. */
  readonly size: number;
  /** The codes of the bodies that have one. */
  readonly bodies: ReadonlySet<string>;
}

export type PaIndexRefusal = Refusal<'pa-index/malformed' | 'pa-index/empty'>;

/** The kinds of address that are certified; every other stands in the list for information. */
const certifiedKinds = new Set(['pec', 'cecpac']);
/** The names that the code of a body has had in the files of the index of public bodies. */
const codeColumns = ['cod_amm', 'codice_ipa'];
/** The columns of addresses, each with its kind: one in the list of certified addresses, five in that of the bodies. */
const mailColumns = ['', '1', '2', '3', '4', '5'].map((n) => [`mail${n}`, `tipo_mail${n}`] as const);

interface Row {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

/**
 * Reads a list of public bodies as the index of public bodies (IPA) publishes it: `amministrazioni.txt` and its
 * successor with five pairs `mailN`, `tipo_mailN` in a row, or the list of certified addresses with one pair. Columns
 * are found by name, whatever their case; they are parted by tabs, semicolons or commas; `null` stands for nothing.
 *
 * Whole or not at all: a row of another length, without a body, with an address without a kind or a certified one that
 * cannot be read makes the list unusable, for a body that is missing would be refused its mail. // PA-INDEX-WHOLE
 * Refusals: `pa-index/malformed` (details `line`), `pa-index/empty`.
 */
export function readPaIndex(bytes: Buffer | string): PaIndex | PaIndexRefusal {
  const text = typeof bytes === 'string' ? bytes : bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
  const rows = rowsOf(text.replace(/^\uFEFF/, ''));
  if (isRefusal(rows)) return rows;
  const [addresses, bodies] = [new Set<string>(), new Set<string>()];
  for (const { record, info } of rows) {
    const body = valueOf(record, codeColumns.find((name) => name in record) ?? '');
    const pairs = mailColumns.filter(([mail]) => mail in record);
    if (body === null || pairs.length === 0) return malformed(info.lines);
    for (const [mail, kind] of pairs) {
      const certified = certifiedAt(valueOf(record, mail), valueOf(record, kind));
      if (isRefusal(certified)) return malformed(info.lines);
      if (certified === null) continue;
      addresses.add(certified);
      bodies.add(body);
    }
  }
  return addresses.size === 0
    ? empty()
    : { has: (address) => addresses.has(address.toLowerCase()), size: addresses.size, bodies };
}

function certifiedAt(mail: string | null, kind: string | null) {
  if (mail === null && kind === null) return null;
  if (kind !== null && !certifiedKinds.has(kind.toLowerCase())) return null;
  return kind === null || mail === null ? malformed(0) : parseCertifiedAddress(mail);
}

function rowsOf(text: string): Row[] | PaIndexRefusal {
  const [header = ''] = text.split('\n', 1);
  const delimiter = ['\t', ';', ','].find((sign) => header.includes(sign)) ?? ',';
  try {
    return parse<Row>(text, {
      delimiter,
      // Names between tabs bear quotation marks that quote nothing.
      quote: delimiter === '\t' ? false : '"',
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase().replaceAll(' ', '_')),
      info: true,
    });
  } catch (error) {
    if (error instanceof CsvError) return malformed(Number(error['lines'] ?? 1));
    throw error;
  }
}

function valueOf(record: Row['record'], name: string): string | null {
  const value = record[name]?.trim() ?? '';
  return value === '' || value.toLowerCase() === 'null' ? null : value;
}

function malformed(line: number): Refusal<'pa-index/malformed'> {
  const words = {
    it: `L’elenco delle pubbliche amministrazioni non è leggibile alla riga ${line}.`,
    en: `Line ${line} of the list of public bodies cannot be read.`,
  };
  return refuse('pa-index/malformed', 'PA-INDEX-WHOLE', words, { line });
}

function empty(): Refusal<'pa-index/empty'> {
  return refuse('pa-index/empty', 'PA-INDEX-WHOLE', {
    it: 'L’elenco delle pubbliche amministrazioni non contiene indirizzi certificati.',
    en: 'The list of public bodies holds no certified address.',
  });
}
