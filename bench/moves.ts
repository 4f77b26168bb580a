import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRehearsalPlan } from '../tools/rehearsal/programme.ts';
import { rehearse, unwatched } from '../tools/rehearsal/rehearse.ts';
import { SuiteServices } from '../tools/rehearsal/suite-services.ts';
import { removeRun, RunFolder } from '@recapito/servers';
import { choosePorts } from '../tools/suite/ports.ts';
import { startSuite } from '../tools/suite/suite.ts';
import type { Suite } from '../tools/suite/suite.ts';
import { rawHashesPerSecond } from './argon2.ts';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { rounded } from './figures.ts';
import { cohortCsv } from './people.ts';
import { countProcessorTime } from './processor-time.ts';

const rows = { full: 400, small: 6 };
const rawHashes = { full: 1_000, small: 20 };

const programme = 'inps-2010';
const portBase = 16_000;

export const moves: Benchmark = {
  name: 'moves',
  ours: 'whole moves per second of a cohort of 400, the whole suite and its simulated citizens on this machine',
  yardstick: 'raw argon2id hashes per second, divided by the hashes that identity counted for each completed move',
  unit: 'moves/s',
  better: 'more',
  mark: 'ratio 0.4',
  reached: ({ ratio }) => ratio >= 0.4,
  runs: 3,
  prepare,
};

/** What one campaign came to. */
interface Campaign {
  readonly movesPerSecond: number;
  readonly hashesPerMove: number;
}

async function prepare(occasion: Occasion): Promise<Contest> {
  let last: Campaign | undefined;
  return {
    async ours() {
      last = await campaign(occasion);
      return last.movesPerSecond;
    },
    async yardstick() {
      if (last === undefined) throw new Error('no campaign has counted its hashes');
      return (await rawHashesPerSecond(rawHashes[occasion.size])) / last.hashesPerMove;
    },
  };
}

/** A suite with empty databases, servers of its own and the passwords of production runs one campaign and stops. */
async function campaign({ size, says, abort, atEnd }: Occasion): Promise<Campaign> {
  const place = await mkdtemp(join(tmpdir(), 'recapito-bench-'));
  // PostgreSQL's account must be able to enter.
  await chmod(place, 0o755);
  const folder = await RunFolder.claim(place);
  let suite: Suite | undefined;
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= (async () => {
      await suite?.stop();
      await folder.release();
      await removeRun(place);
    })();
    return ended;
  };
  atEnd(end);
  const plan = readRehearsalPlan(programme);
  const ports = await choosePorts(portBase);
  suite = await startSuite({ folder, ports, given: {}, clock: plan.imports, abort });
  try {
    return await run(suite, { plan, folder: place, count: rows[size], says });
  } finally {
    await end();
  }
}

async function run(
  suite: Suite,
  {
    plan,
    folder,
    count,
    says,
  }: { plan: ReturnType<typeof readRehearsalPlan>; folder: string; count: number; says: Occasion['says'] },
): Promise<Campaign> {
  const cohort = join(folder, 'cohort.csv');
  await writeFile(cohort, cohortCsv(count));
  const used = countProcessorTime({ ...suite.servers.pids, ...suite.supervisor.pids }, 'citizens');
  const { report, broken } = await rehearse({
    suite,
    plan,
    programme,
    cohort,
    scenario: new Map(),
    seed: 1,
    reportFolder: join(folder, 'report'),
    savedFolder: join(folder, 'saved'),
    watched: unwatched,
  });
  if (broken.length > 0) throw new Error(`promises were broken:\n${broken.join('\n')}`);
  const services = new SuiteServices(suite.urls, suite.operatorToken);
  const path = `/campaigns/${plan.campaign}/hashes`;
  const counted = await services.asOperator<{ completed: number; hashes: number }>('identity', 'GET', path);
  const { completed } = report.moves;
  if (completed === 0 || counted.completed !== completed)
    throw new Error(`${completed} moves were completed, identity knows of ${counted.completed}`);
  if (report.cohort.accepted !== count) throw new Error(`${report.cohort.accepted} of ${count} rows were accepted`);
  const seconds = (report.seconds['import'] ?? 0) + (report.seconds['campaign'] ?? 0);
  const hashesPerMove = counted.hashes / completed;
  says(`${completed} moves in ${seconds} s, ${rounded(hashesPerMove)} hashes each`);
  says(`processor time a move, trace and its check included: ${used(completed)}`);
  return { movesPerSecond: completed / seconds, hashesPerMove };
}
