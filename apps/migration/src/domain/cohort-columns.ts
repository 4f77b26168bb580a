import { refuse, trimBlanks } from '@recapito/primitives';
import type { Refusal, Words } from '@recapito/primitives';

/** Columns that every cohort has, by the names operators know. */
export const obligatoryColumns = [
  'codice_fiscale',
  'cognome',
  'nome',
  'sesso',
  'data_nascita',
  'comune_nascita',
  'casella_inps',
  'sede_riconoscimento',
  'operatore_riconoscimento',
  'data_riconoscimento',
] as const;

/** Columns that a cohort may have. */
const optionalColumns = ['email_ordinaria', 'cellulare', 'indirizzo'] as const;

export const columns = [...obligatoryColumns, ...optionalColumns] as const;

export type Column = (typeof columns)[number];

/** Where each column stands in the records of one file, from 0. */
export type ColumnOrder = ReadonlyMap<Column, number>;

/**
 * Reads the header of a cohort: names in any order, blanks around them forgiven. An unknown column is refused rather
 * than passed over, because it may be a misspelt one whose contents somebody counts on.
 * Refusal: `cohort/wrong-header`.
 */
export function readHeader(cells: readonly string[]): ColumnOrder | Refusal<'cohort/wrong-header'> {
  const names = cells.map(trimBlanks);
  const separator = separatorOf(names);
  if (separator !== undefined) return otherSeparator(separator);
  const missing = obligatoryColumns.filter((column) => !names.includes(column));
  const unknown = names.filter((name) => !isColumn(name));
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  if (missing.length + unknown.length + repeated.length === 0)
    return new Map(names.filter(isColumn).map((name, index) => [name, index]));
  const said = [
    sentence(missing, 'mancano le colonne', 'these columns are missing:'),
    sentence(unknown, 'non sono colonne di una coorte:', 'these are no columns of a cohort:'),
    sentence(repeated, 'sono ripetute le colonne', 'these columns are repeated:'),
  ].filter((part) => part !== undefined);
  return refuse('cohort/wrong-header', 'COHORT-HEADER', {
    it: `Il file non è una coorte: ${said.map((part) => part.it).join('; ')}.`,
    en: `The file is not a cohort: ${said.map((part) => part.en).join('; ')}.`,
  });
}

interface Separator {
  readonly is: string;
  readonly words: Words;
}

const otherSeparators: readonly Separator[] = [
  { is: ';', words: { it: 'punto e virgola (;)', en: 'semicolons (;)' } },
  { is: '\t', words: { it: 'tabulazione', en: 'tabs' } },
];

/** What stands between the columns in the place of commas, as spreadsheets of some countries write it. */
function separatorOf(names: readonly string[]): Separator | undefined {
  if (names.some(isColumn)) return undefined;
  const split = (is: string) => names.flatMap((name) => name.split(is)).map((name) => name.replaceAll('"', '').trim());
  return otherSeparators.find(({ is }) => split(is).filter(isColumn).length > 1);
}

function otherSeparator({ words }: Separator): Refusal<'cohort/wrong-header'> {
  return refuse('cohort/wrong-header', 'COHORT-HEADER', {
    it: `Il file non è una coorte: le colonne sono separate da ${words.it}, e occorre la virgola (,).`,
    en: `The file is not a cohort: its columns are separated by ${words.en}; commas (,) are needed.`,
  });
}

function isColumn(name: string): name is Column {
  return (columns as readonly string[]).includes(name);
}

function sentence(names: readonly string[], it: string, en: string) {
  if (names.length === 0) return undefined;
  const list = names.map((name) => (name === '' ? '""' : name)).join(', ');
  return { it: `${it} ${list}`, en: `${en} ${list}` };
}
