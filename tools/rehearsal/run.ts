import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeRun, root, RunFolder } from '@recapito/servers';
import { stopRequest } from '../command-line/stop-request.ts';
import type { StopRequest } from '../command-line/stop-request.ts';
import { codeOf, demonstrationAccounts } from '../operators/demonstration.ts';
import type { DemonstrationAccount } from '../operators/demonstration.ts';
import { newRun } from '../supervisor/index.ts';
import { choosePorts, movedDoors } from '../suite/ports.ts';
import { startSuite } from '../suite/suite.ts';
import type { Suite } from '../suite/suite.ts';
import { chosenBy } from './citizen/inventions.ts';
import { keepEnd, keepInput } from './kept-input.ts';
import { NotUnderstood } from './options.ts';
import type { Options } from './options.ts';
import { readDomains, readRehearsalPlan } from './programme.ts';
import type { RehearsalPlan } from './programme.ts';
import { ProgressLine, shownDay, shownInRome } from './progress.ts';
import { rehearse } from './rehearse.ts';
import type { Outcome } from './rehearse.ts';
import { wordsIn } from './words.ts';
import type { Words } from './words.ts';
import { reportPage } from './report/html.ts';
import type { Report } from './report/report.ts';
import type { Behaviour } from './scenario.ts';
import { RunDoor } from './run-door.ts';

const [kept, broken] = [0, 1];

/**
 * Ctrl-C ends a run at any moment, in order; one that was not over has not kept its promises.
 * @returns the exit code
 */
export async function run(options: Options, scenario: ReadonlyMap<string, Behaviour>): Promise<number> {
  const line = new ProgressLine(process.stdout);
  const stop = stopRequest();
  const folder = await runFolder(options);
  line.say(`${wordsIn[options.language].folder}${folder.path}`);
  try {
    return await runIn(folder, options, scenario, line, stop);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return broken;
  } finally {
    await folder.release();
  }
}

/** A new folder, or that of the run that goes on. @throws NotUnderstood when the suite runs there already */
async function runFolder(options: Options): Promise<RunFolder> {
  const { continues } = options;
  if (continues === undefined) {
    const folder = await newRun(process.env['RECAPITO_RUNS'] ?? join(root, '.recapito', 'runs'), new Date());
    await keepInput(folder.path, options);
    return folder;
  }
  const folder = await RunFolder.claim(continues);
  if (folder.path === continues) return folder;
  await removeRun(folder.path);
  throw new NotUnderstood(wordsIn[options.language].runsAlready(continues));
}

async function runIn(
  folder: RunFolder,
  options: Options,
  scenario: ReadonlyMap<string, Behaviour>,
  line: ProgressLine,
  stop: StopRequest,
): Promise<number> {
  const words = wordsIn[options.language];
  const base = Number(process.env['RECAPITO_PORT_BASE'] ?? 4000);
  const ports = await choosePorts(base);
  const moved = movedDoors(ports, base);
  if (moved.length > 0) line.say(`${words.otherPorts}${moved.join(', ')}.`);
  const plan = readRehearsalPlan(options.programme);
  const { imports, bound, ends } = plan;
  const rows = { read: 0, of: 0 };
  const { programme } = options;
  const door = await RunDoor.open(ports.rehearsal, {
    programme,
    stage: 'starting',
    imports,
    bound,
    ends,
    rows,
    deaths: [],
  });
  const suite = await startSuite({
    folder,
    ports,
    console: true,
    clock: plan.imports,
    continues: options.continues !== undefined,
    abort: stop.signal,
    begins: (part) => line.say(words.starting[part]),
    died: (name) => {
      door.died(name);
      line.say(words.died(name));
    },
  }).catch((error: unknown) => {
    door.close();
    throw error;
  });
  try {
    const operators = await demonstrationAccounts(folder.path, {
      secrets: suite.secrets,
      url: suite.urls['identity'] ?? '',
    });
    const address = `http://127.0.0.1:${ports.console}/`;
    line.say(`${words.watchedAt}${address}`);
    const outcome = await Promise.race([
      runCampaign({ options, plan, scenario, suite, folder: folder.path, line, door }),
      stop.asked.then(() => 'stopped' as const),
    ]);
    if (outcome === 'stopped') return broken;
    tell(line, outcome, words);
    line.say(`${words.report}${reportFolderOf(options, folder.path)}`);
    if (!options.once) {
      line.say(`            ${address}`);
      for (const each of boxToTry(outcome.report, suite.mail.port, ports.smtps, words)) line.say(each);
      for (const each of signIns(operators, folder.path, words)) line.say(each);
      line.say(words.ctrlC);
      await stop.asked;
    }
    return outcome.broken.length === 0 ? kept : broken;
  } finally {
    line.say(words.stops);
    door.close();
    await suite.stop();
  }
}

interface CampaignRun {
  readonly options: Options;
  readonly plan: RehearsalPlan;
  readonly scenario: ReadonlyMap<string, Behaviour>;
  readonly suite: Suite;
  /** The folder of the run. */
  readonly folder: string;
  readonly line: ProgressLine;
  readonly door: RunDoor;
}

async function runCampaign({ options, plan, scenario, suite, folder, line, door }: CampaignRun): Promise<Outcome> {
  const reportFolder = reportFolderOf(options, folder);
  const { language } = options;
  const words = wordsIn[language];
  const outcome = await rehearse({
    suite,
    plan,
    programme: options.programme,
    cohort: options.cohort,
    scenario,
    seed: options.seed,
    continues: options.continues !== undefined,
    reportFolder,
    savedFolder: join(folder, 'saved'),
    watched: {
      importing: () => line.say(words.importing),
      goesOnFrom: (at) => line.say(words.goesOnFrom(shownInRome(at))),
      people: (count) =>
        line.say(words.people(count, shownDay(plan.imports, language), shownDay(plan.lastMoment, language))),
      exporting: () => line.say(words.exporting),
      stage: (stage) => door.tell({ stage }),
      reads: (rows, of) => {
        door.tell({ rows: { read: rows, of } });
        line.show(of === 0 ? 1 : rows / of, words.rows(rows, of));
      },
      clock: (at) => line.show((at - plan.imports) / (plan.ends - plan.imports), shownInRome(at)),
    },
  }).catch((error: unknown) => {
    door.tell({ stage: 'failed' });
    throw error;
  });
  const { report, broken: faults } = outcome;
  const run = { broken: faults, bound: plan.bound, domains: readDomains(options.programme) };
  await writeFile(join(reportFolder, 'report.html'), reportPage(report, run));
  door.report(reportFolder, { report, broken: faults, folder: reportFolder });
  await keepEnd(folder, reportFolder);
  door.tell({ stage: 'ended' });
  return outcome;
}

function reportFolderOf({ report }: Options, run: string): string {
  return report ?? join(run, 'report');
}

/** How to open the new box of one of the simulated citizens with a mail client; nothing when nobody has one. */
function boxToTry({ addresses }: Report, imaps: number, smtps: number, words: Words): string[] {
  const holder = addresses.find(({ state, to }) => state === 'completed' && to !== null);
  if (holder === undefined) return [];
  const { password } = chosenBy(holder.codiceFiscale);
  return [words.boxToTry(holder.to ?? '', password), words.doors(imaps, smtps)];
}

/** How to sign in as one of the operators of the rehearsal. */
function signIns(operators: readonly DemonstrationAccount[], folder: string, words: Words): string[] {
  const lines = operators.map((operator) => {
    const { code, seconds } = codeOf(operator, Date.now());
    return `            ${words.operator({ ...operator, code, seconds })}`;
  });
  return [words.operators, ...lines, `            ${words.codes}npm run operators -- codes ${folder}`];
}

function tell(line: ProgressLine, { report, broken: faults, unknownPersons }: Outcome, words: Words): void {
  line.say('');
  for (const figure of words.figures(report)) line.say(figure);
  for (const code of unknownPersons) line.say(words.notInCohort(code));
  line.say(faults.length === 0 ? words.kept : `${words.broken}\n  ${faults.join('\n  ')}`);
}
