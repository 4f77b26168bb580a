import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '@recapito/primitives';
import { clockPublisher } from '../suite/first-clock.ts';
import type { Suite } from '../suite/suite.ts';
import { Agenda } from './agenda.ts';
import { CampaignDesk } from './campaign-desk.ts';
import type { ListedMove } from './campaign-desk.ts';
import { expectedEnd, schedule } from './citizen/behave.ts';
import { Citizen } from './citizen/citizen.ts';
import { Conductor } from './conductor.ts';
import type { RehearsalPlan } from './programme.ts';
import { visitInstants } from './programme.ts';
import { countOpenDeadLetters } from './report/dead-letters.ts';
import { mailFigures } from './report/mail-figures.ts';
import { brokenPromises } from './report/report.ts';
import type { Report, ReportedAddress } from './report/report.ts';
import { factsIn, fetchTrace, verifyFromOutside } from './report/trace.ts';
import { drawBehaviour } from './scenario.ts';
import type { Behaviour } from './scenario.ts';
import { SuiteServices } from './suite-services.ts';
import { whereItStands } from './where-it-stands.ts';

export interface RehearsalWanted {
  readonly suite: Suite;
  readonly plan: RehearsalPlan;
  readonly programme: string;
  readonly cohort: string;
  readonly scenario: ReadonlyMap<string, Behaviour>;
  readonly seed: number;
  /** Goes on with a campaign that was under way, from the instant that the suite clock shows. False when absent. */
  readonly continues?: boolean;
  /** Where the report goes, and what citizens save. */
  readonly reportFolder: string;
  readonly savedFolder: string;
  readonly watched: Watched;
}

/** What a person who watches is shown. */
export interface Watched {
  readonly importing: () => void;
  /** A run that goes on, from an instant of the suite clock. */
  readonly goesOnFrom: (at: Instant) => void;
  readonly people: (count: number) => void;
  readonly exporting: () => void;
  /** The next part of the run begins. */
  readonly stage: (stage: 'import' | 'campaign' | 'trace') => void;
  readonly reads: (rows: number, of: number) => void;
  /** The suite clock shows an instant. */
  readonly clock: (at: Instant) => void;
}

const nothing = () => undefined;

/** For runs that nobody watches. */
export const unwatched: Watched = {
  importing: nothing,
  goesOnFrom: nothing,
  people: nothing,
  exporting: nothing,
  stage: nothing,
  reads: nothing,
  clock: nothing,
};

export interface Outcome {
  readonly report: Report;
  /** Promises that were broken, one sentence each; empty when all were kept. */
  readonly broken: readonly string[];
  /** Persons of the scenario who are not in the cohort. */
  readonly unknownPersons: readonly string[];
}

/** Runs a whole campaign: import, people, clock, report. */
export async function rehearse(wanted: RehearsalWanted): Promise<Outcome> {
  const { suite, plan, watched, reportFolder } = wanted;
  const seconds: Record<string, number> = {};
  const services = new SuiteServices(suite.urls, suite.operatorToken);
  const publisher = clockPublisher(suite.brokers);
  try {
    const from = wanted.continues ? await whereItStands(suite, services, watched) : null;
    const conductor = new Conductor({ services, publisher, moved: watched.clock, ...(from && { set: from.set }) });
    const desk = new CampaignDesk(services, plan.campaign);
    const agenda = new Agenda();
    const broken: string[] = [];

    watched.stage('import');
    watched.importing();
    await timed(seconds, 'import', async () => {
      if (from === null) await conductor.setClock(plan.imports);
      await desk.open(wanted.programme);
      await mkdir(reportFolder, { recursive: true });
      await writeFile(join(reportFolder, 'scarti.csv'), await desk.load(wanted.cohort, watched.reads));
      await conductor.untilQuiet();
    });
    const people = await peopleOf(wanted, await desk.moves());
    for (const citizen of people)
      schedule(citizen, {
        agenda,
        plan,
        visits: visitInstants(plan),
        seed: wanted.seed,
        broken: (who, error) => broken.push(`${who.codiceFiscale} (${who.behaviour}): ${wordsOf(error)}`),
      });
    if (from !== null) agenda.skipBefore(from.at);
    watched.stage('campaign');
    watched.people(people.length);
    await timed(seconds, 'campaign', () => conductor.passUntil(plan.ends, agenda));

    watched.stage('trace');
    watched.exporting();
    const campaign = await desk.report();
    const moves = await desk.moves();
    const traced = await timed(seconds, 'trace', () => traceReport(services, join(reportFolder, 'trace')));
    const report: Report = {
      cohort: campaign.cohort,
      moves: campaign.moves,
      addresses: moves
        .filter(hasEnded)
        .map(({ codiceFiscale, from, to, state, completedAt }) => ({ codiceFiscale, from, to, state, completedAt })),
      sla: { worstHours: campaign.sla.worstHours },
      ...traced,
      deadLetters: await countOpenDeadLetters(services),
      restarts: suite.supervisor.restarts,
      seconds,
    };
    broken.push(...brokenPromises(report, campaign.sla.late), ...unexpectedEnds(people, moves));
    await writeFile(join(reportFolder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
    const known = new Set(people.map(({ codiceFiscale }) => codiceFiscale));
    return { report, broken, unknownPersons: [...wanted.scenario.keys()].filter((code) => !known.has(code)) };
  } finally {
    await publisher.close();
  }
}

async function peopleOf(wanted: RehearsalWanted, moves: readonly ListedMove[]): Promise<Citizen[]> {
  const { suite, plan, scenario, seed, savedFolder } = wanted;
  const doors = {
    identity: suite.urls['identity'] ?? '',
    certifiedMail: suite.urls['certified-mail'] ?? '',
    mail: suite.mail,
    captured: suite.captured,
    saved: savedFolder,
    writesTo: plan.writesTo,
  };
  return moves
    .filter(({ state }) => state !== 'refused')
    .map(({ codiceFiscale, from }) => {
      const behaviour = scenario.get(codiceFiscale) ?? drawBehaviour(plan.weights, seed, codiceFiscale);
      return new Citizen({ codiceFiscale, oldAddress: from, behaviour }, doors, wanted.continues);
    });
}

async function traceReport(services: SuiteServices, folder: string) {
  await fetchTrace(services, folder, 'rehearsal');
  const verdict = await verifyFromOutside(folder);
  const size = verdict.checkpoint?.size ?? 0;
  return {
    ...(await mailFigures(factsIn(folder))),
    trace: { entries: size, treeSize: size, rootHash: verdict.checkpoint?.root ?? '', verified: verdict.whole },
  };
}

function hasEnded(move: ListedMove): move is ListedMove & ReportedAddress {
  return move.state === 'completed' || move.state === 'lapsed' || move.state === 'refused';
}

/** Whose move ended otherwise than their behaviour leads to. */
function unexpectedEnds(people: readonly Citizen[], moves: readonly ListedMove[]): string[] {
  const ended = new Map(moves.map(({ codiceFiscale, state }) => [codiceFiscale, state]));
  return people.flatMap((citizen) => {
    const [state, expected] = [ended.get(citizen.codiceFiscale), expectedEnd(citizen)];
    return state === expected
      ? []
      : [`${citizen.codiceFiscale} (${citizen.behaviour}): ${state} invece di ${expected}`];
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function timed<Result>(
  seconds: Record<string, number>,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const from = performance.now();
  const result = await work();
  seconds[name] = Math.round((performance.now() - from) / 10) / 100;
  return result;
}
