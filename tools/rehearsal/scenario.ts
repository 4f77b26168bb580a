import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { trimBlanks } from '@recapito/primitives';
import { CsvError, parse } from 'csv-parse/sync';

/** What a simulated citizen does. */
export type Behaviour =
  | 'puntuale'
  | 'ultimo_minuto'
  | 'in_ritardo'
  | 'mai'
  | 'fuori_ordine'
  | 'password_errata'
  | 'due_volte'
  | `interrotto:${1 | 2 | 3 | 4 | 5}`;

const plain = ['puntuale', 'ultimo_minuto', 'in_ritardo', 'mai', 'fuori_ordine', 'password_errata', 'due_volte'];

/** What is said of a scenario that is none; lines are numbered from 1. */
export interface ScenarioWords {
  readonly notABehaviour: (line: number, given: string, all: string) => string;
  readonly twice: (line: number, codiceFiscale: string) => string;
  readonly columns: string;
  readonly notCsv: (why: string) => string;
  readonly unreadable: (file: string, why: string) => string;
}

/** The file says something that no scenario can: exit code 2. The message is for the person who wrote it. */
export class NotAScenario extends Error {}

export function isBehaviour(text: string): text is Behaviour {
  return plain.includes(text) || /^interrotto:[1-5]$/.test(text);
}

/**
 * Reads a scenario: who, by codice fiscale, behaves how.
 * @throws NotAScenario
 */
export function readScenario(file: string, words: ScenarioWords): Map<string, Behaviour> {
  const scenario = new Map<string, Behaviour>();
  for (const { record, info } of recordsOf(file, words)) {
    const code = trimBlanks(record['codice_fiscale'] ?? '').toUpperCase();
    const behaviour = trimBlanks(record['comportamento'] ?? '');
    if (!isBehaviour(behaviour))
      throw new NotAScenario(
        words.notABehaviour(info.lines, behaviour, `${plain.join(', ')}, interrotto:1 … interrotto:5`),
      );
    if (scenario.has(code)) throw new NotAScenario(words.twice(info.lines, code));
    scenario.set(code, behaviour);
  }
  return scenario;
}

interface ScenarioRecord {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

function recordsOf(file: string, words: ScenarioWords): readonly ScenarioRecord[] {
  const text = textOf(file, words);
  try {
    const records = parse(text, { bom: true, columns: true, info: true, trim: true, skip_empty_lines: true });
    const read = records as readonly ScenarioRecord[];
    const columns = Object.keys(read[0]?.record ?? {});
    if (read.length > 0 && !['codice_fiscale', 'comportamento'].every((column) => columns.includes(column)))
      throw new NotAScenario(words.columns);
    return read;
  } catch (error) {
    if (error instanceof CsvError) throw new NotAScenario(words.notCsv(error.message));
    throw error;
  }
}

function textOf(file: string, words: ScenarioWords): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    throw new NotAScenario(words.unreadable(file, error instanceof Error ? error.message : String(error)));
  }
}

/**
 * A number in [0, 1) that belongs to a person and a question: the same seed gives the same, whoever else is in the
 * cohort and in whatever order they come.
 */
export function draw(seed: number, codiceFiscale: string, question: string): number {
  const digest = createHmac('sha256', String(seed)).update(`${question}\0${codiceFiscale}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** The behaviour of somebody whom the scenario does not name, by the weights of the programme. */
export function drawBehaviour(
  weights: Readonly<Partial<Record<Behaviour, number>>>,
  seed: number,
  code: string,
): Behaviour {
  const entries = Object.entries(weights) as [Behaviour, number][];
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let left = draw(seed, code, 'behaviour') * total;
  for (const [behaviour, weight] of entries) {
    left -= weight;
    if (left < 0) return behaviour;
  }
  return 'puntuale';
}
