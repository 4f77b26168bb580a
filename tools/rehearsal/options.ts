import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '@recapito/servers';
import { languageOf, languages } from './words.ts';
import type { Environment, Language } from './words.ts';

/** What `npm start` was asked to do. Paths are absolute. */
export interface Options {
  readonly cohort: string;
  /** Null when nobody's behaviour is named: all are drawn from the seed. */
  readonly scenario: string | null;
  readonly programme: string;
  readonly seed: number;
  readonly report: string | undefined;
  /** The folder of a run that goes on, with its own people and programme; undefined for a new run. */
  readonly continues: string | undefined;
  readonly once: boolean;
  /** Of what is said at the terminal. */
  readonly language: Language;
  readonly help: boolean;
}

/** The command line was not understood; the message says what is wrong, for the person who typed it. */
export class NotUnderstood extends Error {}

export const help = `npm start: runs the move of 2010, from INPS to PostaCertificat@, on real servers with simulated citizens.

  npm start                       the sample cohort; stays up with its web address until Ctrl-C
  npm start -- --once             the same, then stops everything
  npm start -- --cohort F.csv --scenario S.csv --seed 7 --report DIR --once
  npm start -- --continue DIR     a run that was stopped, killed or restored goes on where it was

Options
  --cohort FILE      the people to be moved: CSV, UTF-8, with a header (default: the sample of the programme)
  --scenario FILE    who behaves how: CSV, columns codice_fiscale, comportamento (default: the sample's, or all by seed)
  --programme NAME   a folder under programmes/ (default: inps-2010)
  --seed N           draws the behaviour of those whom the scenario does not name (default: 1)
  --report DIR       where report.json, report.html, scarti.csv and trace/ go (default: the run's own folder)
  --continue DIR     the folder of the run that goes on; its people, programme and seed are those it began with
  --lang it|en       the language of the terminal (default: that of LC_ALL or LANG when it is English, else Italian)
  --once             stop when the run is over
  --help             this text

Behaviours: puntuale, ultimo_minuto, in_ritardo, mai, interrotto:N (1 to 5), fuori_ordine, password_errata, due_volte

Exit codes: 0 every promise was kept, 1 one was broken or a server failed, 2 the input is refused.
`;

/**
 * Reads the command line. Relative paths are those of the folder in which the command was typed: npm runs scripts in
 * the root and tells the folder in INIT_CWD.
 * @throws NotUnderstood
 */
export function readOptions(words: readonly string[], typedIn: string, environment: Environment = {}): Options {
  const values = parsed(words);
  const fixed = (['cohort', 'scenario', 'programme', 'seed'] as const).filter((name) => values[name] !== undefined);
  if (values.continue !== undefined && fixed.length > 0)
    throw new NotUnderstood(`--continue takes what the run began with: leave out --${fixed.join(', --')}`);
  const seed = Number(values.seed ?? '1');
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new NotUnderstood(`--seed takes a whole number, not "${values.seed}"`);
  const programme = values.programme ?? 'inps-2010';
  if (!/^[a-z][a-z0-9-]*$/.test(programme)) throw new NotUnderstood(`"${programme}" is not the name of a programme`);
  const sample = resolve(root, 'programmes', programme, 'sample');
  return {
    cohort: values.cohort === undefined ? resolve(sample, 'coorte.csv') : resolve(typedIn, values.cohort),
    scenario: scenarioOf(values, sample, typedIn),
    programme,
    seed,
    report: values.report === undefined ? undefined : resolve(typedIn, values.report),
    continues: values.continue === undefined ? undefined : resolve(typedIn, values.continue),
    language: chosenLanguage(values.lang, environment),
    once: values.once ?? false,
    help: values.help ?? false,
  };
}

/** Who brings a cohort and no scenario gets behaviours from the seed alone: the sample's scenario names other people. */
function scenarioOf(values: { scenario?: string; cohort?: string }, sample: string, typedIn: string): string | null {
  if (values.scenario !== undefined) return resolve(typedIn, values.scenario);
  return values.cohort === undefined ? resolve(sample, 'scenario.csv') : null;
}

function chosenLanguage(asked: string | undefined, environment: Environment): Language {
  if (asked === undefined) return languageOf(environment);
  const found = languages.find((language) => language === asked);
  if (found === undefined) throw new NotUnderstood(`--lang takes ${languages.join(' or ')}, not "${asked}"`);
  return found;
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        cohort: { type: 'string' },
        scenario: { type: 'string' },
        programme: { type: 'string' },
        seed: { type: 'string' },
        report: { type: 'string' },
        continue: { type: 'string' },
        lang: { type: 'string' },
        once: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new NotUnderstood(error instanceof Error ? error.message : String(error));
  }
}
