import type { StartPart } from '../suite/suite.ts';
import type { Report } from './report/report.ts';
import type { ScenarioWords } from './scenario.ts';

export const languages = ['it', 'en'] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

export type Language = (typeof languages)[number];

/**
 * The language of a person's terminal: LC_ALL before LC_MESSAGES before LANG, as everywhere. Italian unless they say English:
 * the people and the law of a campaign are Italian.
 */
export function languageOf(environment: Environment): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  return [LC_ALL, LC_MESSAGES, LANG].find((value) => value)?.startsWith('en') ? 'en' : 'it';
}

/** How to sign in as an operator of the rehearsal. */
export interface SignIn {
  readonly name: string;
  readonly password: string;
  readonly roles: readonly string[];
  readonly code: string;
  readonly seconds: number;
}

/** What `npm start` says at the terminal, in one language. */
export interface Words {
  readonly folder: string;
  readonly otherPorts: string;
  readonly starting: Readonly<Record<StartPart, string>>;
  readonly died: (name: string) => string;
  readonly watchedAt: string;
  readonly goesOnFrom: (instant: string) => string;
  readonly importing: string;
  readonly rows: (read: number, of: number) => string;
  readonly people: (count: number, from: string, until: string) => string;
  readonly exporting: string;
  /** The figures of the end, a line each. */
  readonly figures: (report: Report) => readonly string[];
  readonly notInCohort: (codiceFiscale: string) => string;
  readonly kept: string;
  readonly broken: string;
  readonly report: string;
  readonly boxToTry: (address: string, password: string) => string;
  readonly doors: (imaps: number, smtps: number) => string;
  readonly operators: string;
  /** `code` is that of the second factor and holds for so many seconds more. */
  readonly operator: (signIn: SignIn) => string;
  readonly codes: string;
  readonly ctrlC: string;
  readonly stops: string;
  readonly noCohort: (file: string) => string;
  readonly noProgramme: (name: string) => string;
  readonly notARun: (folder: string) => string;
  readonly over: (folder: string, report: string) => string;
  readonly runsAlready: (folder: string) => string;
  readonly scenario: ScenarioWords;
}

const italian: Words = {
  folder: 'Cartella della prova: ',
  otherPorts: 'Porte diverse dalle solite, che sono occupate: ',
  starting: {
    servers: 'Avvio: PostgreSQL, Kafka, Redis, certificati.',
    databases: 'Avvio: basi di dati, deposito della posta.',
    services: 'Avvio: servizi.',
  },
  died: (name) => `${name} è caduto.`,
  watchedAt: 'La prova si segue a ',
  goesOnFrom: (instant) => `La prova riprende dal ${instant}.`,
  importing: 'La coorte entra nella campagna.',
  rows: (read, of) => `${read} righe di ${of}`,
  people: (count, from, until) => `${count} cittadini, dal ${from} al ${until}.`,
  exporting: 'Il registro si esporta e si verifica da fuori.',
  figures: ({ cohort, moves, sla, mail, notices, trace }) => [
    `Coorte      ${cohort.rows} righe: ${cohort.accepted} accettate, ${cohort.rejected} scartate, ${cohort.unchanged} invariate`,
    `Migrazioni  ${moves.planned}: ${moves.completed} completate, ${moves.lapsed} decadute, ${moves.refused} non possibili`,
    `Attese      la casella più lenta dopo ${sla.worstHours} ore dalla conferma (al più 24)`,
    `Posta       ${mail.messages} messaggi, ${mail.receipts} ricevute, ${mail.withoutFinalReceipt} destinatari senza esito`,
    `Avvisi      ${notices.sent} inviati, ${notices.delivered} recapitati, ${notices.failed} falliti`,
    `Registro    ${trace.entries} voci, ${trace.verified ? 'verificato da fuori' : 'NON VERIFICATO'}`,
  ],
  notInCohort: (code) => `Lo scenario nomina ${code}, che non è nella coorte: ignorato.`,
  kept: 'Tutte le promesse sono state mantenute.',
  broken: 'Promesse non mantenute:',
  report: 'Resoconto   ',
  boxToTry: (address, password) => `Una casella da aprire con un programma di posta: ${address}, password ${password}`,
  doors: (imaps, smtps) => `            IMAPS 127.0.0.1:${imaps}, SMTPS 127.0.0.1:${smtps} (certificati di prova)`,
  operators: 'Operatori di prova:',
  operator: ({ name, password, roles, code, seconds }) =>
    `${name}, password ${password}, codice ${code} (ancora ${seconds} s): ${roles.join(', ')}`,
  codes: 'I codici di ogni momento: ',
  ctrlC: 'Ctrl-C per finire.',
  stops: 'Fine: i servizi e i server si fermano.',
  noCohort: (file) => `La coorte ${file} non esiste.`,
  noProgramme: (name) => `Non c’è un programma "${name}" che si possa provare.`,
  notARun: (folder) => `${folder} non è la cartella di una prova che possa riprendere.`,
  over: (folder, report) => `La prova in ${folder} è finita; il suo resoconto è in ${report}.`,
  runsAlready: (folder) => `In ${folder} c’è già una prova in corso.`,
  scenario: {
    notABehaviour: (line, given, all) => `Scenario, riga ${line}: "${given}" non è un comportamento (${all}).`,
    twice: (line, code) => `Scenario, riga ${line}: ${code} compare due volte.`,
    columns: 'Lo scenario deve avere le colonne codice_fiscale e comportamento.',
    notCsv: (why) => `Lo scenario non è un CSV: ${why}`,
    unreadable: (file, why) => `Lo scenario ${file} non si può leggere: ${why}`,
  },
};

const english: Words = {
  folder: 'Folder of the run: ',
  otherPorts: 'Other ports than usual, which are taken: ',
  starting: {
    servers: 'Starting: PostgreSQL, Kafka, Redis, certificates.',
    databases: 'Starting: databases, mail store.',
    services: 'Starting: services.',
  },
  died: (name) => `${name} has died.`,
  watchedAt: 'Watch the run at ',
  goesOnFrom: (instant) => `The run goes on from ${instant}.`,
  importing: 'The cohort is imported.',
  rows: (read, of) => `${read} rows of ${of}`,
  people: (count, from, until) => `${count} citizens, from ${from} to ${until}.`,
  exporting: 'The trace is exported and verified from outside.',
  figures: ({ cohort, moves, sla, mail, notices, trace }) => [
    `Cohort      ${cohort.rows} rows: ${cohort.accepted} accepted, ${cohort.rejected} rejected, ${cohort.unchanged} unchanged`,
    `Moves       ${moves.planned}: ${moves.completed} completed, ${moves.lapsed} lapsed, ${moves.refused} not possible`,
    `Waiting     the slowest mailbox ${sla.worstHours} hours after its confirmation (24 at most)`,
    `Mail        ${mail.messages} messages, ${mail.receipts} receipts, ${mail.withoutFinalReceipt} recipients without an outcome`,
    `Notices     ${notices.sent} sent, ${notices.delivered} delivered, ${notices.failed} failed`,
    `Trace       ${trace.entries} entries, ${trace.verified ? 'verified from outside' : 'NOT VERIFIED'}`,
  ],
  notInCohort: (code) => `The scenario names ${code}, who is not in the cohort: ignored.`,
  kept: 'All promises were kept.',
  broken: 'Promises that were broken:',
  report: 'Report      ',
  boxToTry: (address, password) => `A mailbox to open with a mail client: ${address}, password ${password}`,
  doors: (imaps, smtps) => `            IMAPS 127.0.0.1:${imaps}, SMTPS 127.0.0.1:${smtps} (certificates for trials)`,
  operators: 'Operators of the rehearsal:',
  operator: ({ name, password, roles, code, seconds }) =>
    `${name}, password ${password}, code ${code} (for ${seconds} s more): ${roles.join(', ')}`,
  codes: 'The codes of any moment: ',
  ctrlC: 'Ctrl-C to end.',
  stops: 'The services and servers are stopped.',
  noCohort: (file) => `The cohort ${file} does not exist.`,
  noProgramme: (name) => `There is no programme "${name}" that can be rehearsed.`,
  notARun: (folder) => `${folder} is not the folder of a run that can go on.`,
  over: (folder, report) => `The run in ${folder} is over; its report is in ${report}.`,
  runsAlready: (folder) => `A run is under way in ${folder}.`,
  scenario: {
    notABehaviour: (line, given, all) => `Scenario, line ${line}: "${given}" is not a behaviour (${all}).`,
    twice: (line, code) => `Scenario, line ${line}: ${code} stands there twice.`,
    columns: 'The scenario must have the columns codice_fiscale and comportamento.',
    notCsv: (why) => `The scenario is no CSV: ${why}`,
    unreadable: (file, why) => `The scenario ${file} cannot be read: ${why}`,
  },
};

export const wordsIn: Readonly<Record<Language, Words>> = { it: italian, en: english };
