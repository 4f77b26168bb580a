import {
  addMonths,
  certifiedAddress,
  dayOf,
  invisibleIn,
  isRefusal,
  localPart,
  parseCertifiedAddress,
  parseCodiceFiscale,
  parseRomeDay,
  verifyCodiceFiscale,
} from '@recapito/primitives';
import type { CertifiedAddress, CodiceFiscale, Instant, LocalPart, Refusal, RomeDay } from '@recapito/primitives';
import { columns, obligatoryColumns } from './cohort-columns.ts';
import type { Column } from './cohort-columns.ts';

/** Why a row stays out, as `scarti.csv` names it. */
export type FaultCode =
  | 'campo-mancante'
  | 'campi-in-eccesso'
  | 'virgolette-non-chiuse'
  | 'carattere-invisibile'
  | 'data-impossibile'
  | 'data-futura'
  | 'cf-non-valido'
  | 'cf-incoerente'
  | 'gia-presente'
  | 'casella-non-sua'
  | 'minorenne'
  | 'nome-non-indirizzabile'
  | 'recapito-non-valido';

/** One thing that is wrong with a row; a row may have several. `campo` is empty when it is the row as a whole. */
export interface Fault {
  readonly campo: Column | '';
  readonly codice: FaultCode;
  /** In Italian, for the operator who mends the file. */
  readonly messaggio: string;
}

/** The cells of a row by their column, blanks around them taken off, and how many cells had no column. */
export interface CohortRow {
  readonly cells: Readonly<Record<Column, string>>;
  readonly surplus: number;
  /** A quotation mark that was not closed on its line joins this line with others. False when absent. */
  readonly torn?: boolean;
}

/** A holder whom the campaign can move. */
export interface Candidate {
  readonly codiceFiscale: CodiceFiscale;
  readonly cognome: string;
  readonly nome: string;
  readonly sesso: 'M' | 'F';
  readonly dataNascita: RomeDay;
  readonly comuneNascita: string;
  readonly emailOrdinaria?: string;
  readonly cellulare?: string;
  readonly indirizzo?: string;
  readonly casella: CertifiedAddress;
  readonly recognition: { readonly office: string; readonly operator: string; readonly date: RomeDay };
  /** `nome.cognome`, not yet numbered. */
  readonly base: LocalPart;
}

/** What a row is judged against. */
export interface CohortRules {
  /** The suite's instant: nothing may be dated after its day in Rome. */
  readonly at: Instant;
  /** The domain of the boxes that are left behind. */
  readonly sourceDomain: string;
  /** Age at which a person may hold a box, in years. */
  readonly adultAt: number;
  /** The first day on which anybody can have been recognised for the service that is left; null when nothing says it. */
  readonly recognisedFrom: RomeDay | null;
}

/** No birth of a living person is longer ago, in years: an older one is a century or a digit mistyped. */
const longestLife = 115;

/**
 * Judges one row. Reports every fault at once, so that the file is corrected once.
 * @rule COHORT-ROW
 */
export function judgeRow(row: CohortRow, rules: CohortRules): Candidate | readonly Fault[] {
  const { cells } = row;
  const faults: Fault[] = [];
  const fault: Tell = (campo, codice, messaggio) => {
    faults.push({ campo, codice, messaggio });
    return undefined;
  };

  if (row.surplus > 0) fault('', 'campi-in-eccesso', `La riga ha ${row.surplus} campi in più dell’intestazione.`);
  if (row.torn === true)
    fault('', 'virgolette-non-chiuse', 'Virgolette che non si chiudono uniscono questa riga ad altre.');
  for (const column of obligatoryColumns)
    if (!/[\p{L}\p{N}]/u.test(cells[column])) fault(column, 'campo-mancante', `Il campo ${column} è obbligatorio.`);
  judgeCharacters(cells, fault);

  const birth = readBirth(cells, rules, fault);
  const recognised = readRecognition(cells, birth, rules, fault);
  const code = readCode(cells, fault);
  const sex = cells.sesso.toUpperCase();
  if (sex !== '' && sex !== 'M' && sex !== 'F') fault('sesso', 'cf-incoerente', 'Il sesso si indica con M oppure F.');

  if (code !== undefined && birth !== undefined && (sex === 'M' || sex === 'F'))
    judgeConsistency(cells, code, birth, sex, fault);
  const base = readName(cells, fault);
  const casella = readBox(cells, code, rules.sourceDomain, fault);
  judgeContacts(cells, fault);

  if (faults.length > 0 || !code || !birth || !recognised || !base || !casella || (sex !== 'M' && sex !== 'F'))
    return faults;
  return {
    codiceFiscale: code,
    cognome: cells.cognome,
    nome: cells.nome,
    sesso: sex,
    dataNascita: birth,
    comuneNascita: cells.comune_nascita.toUpperCase(),
    ...(cells.email_ordinaria === '' ? {} : { emailOrdinaria: cells.email_ordinaria }),
    ...(cells.cellulare === '' ? {} : { cellulare: cells.cellulare }),
    ...(cells.indirizzo === '' ? {} : { indirizzo: cells.indirizzo }),
    casella,
    recognition: { office: cells.sede_riconoscimento, operator: cells.operatore_riconoscimento, date: recognised },
    base,
  };
}

/**
 * An address may stand on several lines.
 * @rule CELL-BLANK
 */
function judgeCharacters(cells: Cells, fault: Tell): void {
  for (const column of columns) {
    const text = column === 'indirizzo' ? cells[column].replaceAll(/\r?\n/g, ' ') : cells[column];
    const invisible = invisibleIn(text);
    if (invisible.length > 0)
      fault(column, 'carattere-invisibile', `Il campo contiene caratteri che non si vedono: ${invisible.join(', ')}.`);
  }
}

type Tell = (campo: Fault['campo'], codice: FaultCode, messaggio: string) => undefined;
type Cells = CohortRow['cells'];

function readDay(cells: Cells, column: 'data_nascita' | 'data_riconoscimento', at: Instant, fault: Tell) {
  if (cells[column] === '') return undefined;
  const day = parseRomeDay(cells[column]);
  if (isRefusal(day)) return fault(column, 'data-impossibile', day.words.it);
  if (day > dayOf(at)) return fault(column, 'data-futura', `Il ${cells[column]} non è ancora venuto.`);
  return day;
}

// @rule COHORT-DATES
function readBirth(cells: Cells, { at, adultAt }: CohortRules, fault: Tell): RomeDay | undefined {
  const birth = readDay(cells, 'data_nascita', at, fault);
  if (birth === undefined) return undefined;
  if (addMonths(birth, longestLife * 12) < dayOf(at))
    return fault('data_nascita', 'data-impossibile', `Il ${birth} è di più di ${longestLife} anni fa.`);
  if (addMonths(birth, adultAt * 12) > dayOf(at))
    fault('data_nascita', 'minorenne', `La persona non ha ancora compiuto ${adultAt} anni.`); // @rule PEC-ADULTS
  return birth;
}

/**
 * A person is recognised as an adult, and not before the service began to recognise anybody.
 * @rule COHORT-DATES
 */
function readRecognition(
  cells: Cells,
  birth: RomeDay | undefined,
  { at, adultAt, recognisedFrom }: CohortRules,
  fault: Tell,
): RomeDay | undefined {
  const day = readDay(cells, 'data_riconoscimento', at, fault);
  if (day === undefined) return undefined;
  if (recognisedFrom !== null && day < recognisedFrom)
    return fault('data_riconoscimento', 'data-impossibile', `Prima del ${recognisedFrom} nessuno era riconosciuto.`);
  // Of a person who is no adult today, that is the one fault.
  const adult = birth === undefined ? undefined : addMonths(birth, adultAt * 12);
  if (adult !== undefined && day < adult && adult <= dayOf(at))
    return fault('data_riconoscimento', 'data-impossibile', `Il ${day} la persona non aveva ancora ${adultAt} anni.`);
  return day;
}

function readCode(cells: Cells, fault: Tell): CodiceFiscale | undefined {
  if (cells.codice_fiscale === '') return undefined;
  const code = parseCodiceFiscale(cells.codice_fiscale);
  if (isRefusal(code)) return fault('codice_fiscale', 'cf-non-valido', code.words.it);
  return code;
}

function judgeConsistency(cells: Cells, code: CodiceFiscale, birthDate: RomeDay, sex: 'M' | 'F', fault: Tell): void {
  if (cells.cognome === '' || cells.nome === '' || cells.comune_nascita === '') return;
  const declared = { surname: cells.cognome, name: cells.nome, sex, birthDate, birthplace: cells.comune_nascita };
  const verdict = verifyCodiceFiscale(code, declared);
  if (!isRefusal(verdict)) return;
  const kind: FaultCode = verdict.refused === 'codice-fiscale/inconsistent' ? 'cf-incoerente' : 'cf-non-valido';
  fault('codice_fiscale', kind, verdict.words.it);
}

function readName(cells: Cells, fault: Tell): LocalPart | undefined {
  if (cells.nome === '' || cells.cognome === '') return undefined;
  const base: LocalPart | Refusal = localPart(cells.nome, cells.cognome);
  if (isRefusal(base)) return fault('nome', 'nome-non-indirizzabile', base.words.it);
  return base;
}

/**
 * The box left behind is the person's own: its local part is the code as written.
 * @rule INPS-BOX-OWN
 */
function readBox(cells: Cells, code: CodiceFiscale | undefined, domain: string, fault: Tell) {
  if (cells.casella_inps === '' || code === undefined) return undefined;
  const own = certifiedAddress(`${code}@${domain}`);
  if (parseCertifiedAddress(cells.casella_inps) === own) return own;
  return fault('casella_inps', 'casella-non-sua', `La casella della persona è ${code}@${domain}.`);
}

function judgeContacts(cells: Cells, fault: Tell): void {
  if (cells.email_ordinaria !== '' && isRefusal(parseCertifiedAddress(cells.email_ordinaria)))
    fault('email_ordinaria', 'recapito-non-valido', 'L’indirizzo di posta ordinaria non ha la forma nome@dominio.');
  if (cells.cellulare !== '' && !/^\+?[0-9][0-9 ./-]{5,18}$/.test(cells.cellulare))
    fault('cellulare', 'recapito-non-valido', 'Il numero di cellulare contiene caratteri che un numero non ha.');
}
