import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { programmesForCrowds } from '../../bench/mail-stage.ts';
import { CampaignDesk } from '../../tools/rehearsal/campaign-desk.ts';
import { Conductor } from '../../tools/rehearsal/conductor.ts';
import { draw } from '../../tools/rehearsal/scenario.ts';
import { SuiteServices } from '../../tools/rehearsal/suite-services.ts';
import { root } from '@recapito/servers';
import { clockPublisher } from '../../tools/suite/first-clock.ts';
import { SpecSuite } from '../a-suite.ts';
import { Ledger } from '../ledger/ledger.ts';
import { heldBy } from './heap-probe.ts';
import type { Held } from './heap-probe.ts';
import { Load } from './load.ts';
import { growthAnHour } from './slope.ts';
import { TwoOfEach } from './two-of-each.ts';

export interface SoakWanted {
  readonly seconds: number;
  /** What comes before it says nothing of memory: until then the second process of each service is killed too. */
  readonly warmUpSeconds: number;
  /** Letters a second; without it half of the maximum, which is measured first. */
  readonly rate?: number;
  /** Between two kills on average, and between two looks at memory. */
  readonly killEverySeconds: number;
  readonly lookEverySeconds: number;
  readonly people: number;
  readonly seed: number;
  readonly says: (words: string) => void;
}

/** What a process held that lived from the end of the warm-up to the end. */
export interface Memory {
  readonly looks: readonly Held[];
  /** Of the heap after collection, as a part of its mean. */
  readonly growthAnHour: number;
  readonly handlesGrowthAnHour: number;
}

export interface SoakReport {
  /** Letters a second. */
  readonly rate: number;
  readonly letters: number;
  readonly killed: readonly string[];
  readonly memory: Readonly<Record<string, Memory>>;
  /** What was lost or doubled, one sentence each. */
  readonly differences: readonly string[];
  /** Where the run lies, for whoever wants to look at it; it is removed by `end`. */
  readonly folder: string;
  readonly end: (keep: boolean) => Promise<void>;
}

/** The sample cohort of the shipped programme: its people come into the campaign a few at a time. */
const sample = join(root, 'programmes', 'inps-2010', 'sample', 'coorte.csv');
/** How long the maximum is measured. */
const measureSeconds = 20;
/** A file of new people comes in so often, and with so many of them. */
const loadEverySeconds = 30;
const peopleALoad = 2;

/** Two processes of every service at half of what they can do, while processes and servers are killed at random. */
export async function soak(wanted: SoakWanted): Promise<SoakReport> {
  const scratch = mkdtempSync(join(tmpdir(), 'recapito-soak-'));
  const two = new TwoOfEach();
  const stage = await SpecSuite.start(
    {},
    {
      environment: { RECAPITO_PROGRAMMES: programmesForCrowds(scratch, 'inps') },
      arrange: (services) => two.arrange(services),
    },
  );
  const ledger = new Ledger();
  const publisher = clockPublisher(stage.suite.brokers);
  const end = async (keep: boolean) => {
    ledger.end();
    await publisher.close();
    await stage.end({ keep });
    await two.close();
    rmSync(scratch, { recursive: true });
  };
  try {
    const services = new SuiteServices(two.urls, stage.suite.operatorToken);
    const conductor = new Conductor({ services, publisher });
    const load = new Load(stage, ledger);
    const cohort = new Cohort(stage, scratch);
    await conductor.setClock(stage.plan.imports);
    await cohort.open();
    await cohort.load(wanted.people);
    await conductor.untilQuiet();
    for (const { codiceFiscale, from } of await cohort.people()) await load.add(codiceFiscale, from);
    await conductor.untilQuiet();
    const rate = wanted.rate ?? (await measureMaximum(load, conductor, wanted)) / 2;
    const course = await runCourse({ wanted, stage, two, load, cohort, rate });
    const differences = await ledger.close(stage.suite, stage.folder, two.urls);
    return { rate, ...course, differences, folder: stage.folder, end };
  } catch (error) {
    await end(true);
    throw error;
  }
}

/** @returns letters a second, from the first until the last receipt of all is in its box */
async function measureMaximum(load: Load, conductor: Conductor, { says }: SoakWanted): Promise<number> {
  const begin = performance.now();
  const count = await load.asFastAsPossible(4, measureSeconds);
  await conductor.untilQuiet();
  const maximum = (count * 1_000) / (performance.now() - begin);
  says(`the maximum is ${maximum.toFixed(1)} letters a second; half of it from now on`);
  return maximum;
}

interface Course {
  readonly wanted: SoakWanted;
  readonly stage: SpecSuite;
  readonly two: TwoOfEach;
  readonly load: Load;
  readonly cohort: Cohort;
  readonly rate: number;
}

async function runCourse(course: Course): Promise<Pick<SoakReport, 'letters' | 'killed' | 'memory'>> {
  const { wanted, load, cohort, rate } = course;
  const over = new AbortController();
  const begin = performance.now();
  const elapsed = () => (performance.now() - begin) / 1_000;
  const timer = setTimeout(() => over.abort(), wanted.seconds * 1_000);
  // Whatever fails ends the others, and is what is told.
  const part = async <Result>(work: Promise<Result>) =>
    work.catch((error: unknown) => {
      over.abort();
      throw error;
    });
  try {
    const [letters, killed, memory] = await Promise.all([
      part(load.atRate(rate, over.signal)),
      part(kill(course, over.signal, elapsed)),
      part(look(course, over.signal, elapsed)),
      part(cohort.keepLoading(over.signal)),
    ]);
    return { letters, killed, memory };
  } finally {
    clearTimeout(timer);
  }
}

const servers = ['redis', 'kafka', 'postgres'] as const;

/** Kills processes of services, and one time in ten a server. @returns who was killed, in order */
async function kill({ wanted, stage, two }: Course, over: AbortSignal, elapsed: () => number): Promise<string[]> {
  const { supervisor, servers: running } = stage.suite;
  const killed: string[] = [];
  for (;;) {
    const lot = (question: string) => draw(wanted.seed, `kill ${killed.length}`, question);
    await idle((0.5 + lot('pause')) * wanted.killEverySeconds, over);
    if (over.aborted) return killed;
    const server = lot('server') < 0.1 ? servers[Math.floor(lot('which') * servers.length)] : undefined;
    if (server !== undefined) {
      await running.kill(server, server === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
      await running.restart(server);
      killed.push(server);
    } else {
      const mortal = two.twins.filter(
        ({ inspector }) => inspector === undefined || elapsed() < wanted.warmUpSeconds / 2,
      );
      const name = mortal[Math.floor(lot('victim') * mortal.length)]?.name ?? '';
      await supervisor.kill(name, 'SIGKILL');
      await supervisor.untilReady(name);
      killed.push(name);
    }
    wanted.says(`${Math.round(elapsed())} s: ${killed.at(-1)} was killed and works again`);
  }
}

/** Looks at the processes that are not killed any more. */
async function look(
  { wanted, stage, two }: Course,
  over: AbortSignal,
  elapsed: () => number,
): Promise<Record<string, Memory>> {
  const looks = new Map<string, Held[]>();
  await idle(wanted.warmUpSeconds, over);
  while (!over.aborted) {
    for (const { name, inspector } of two.twins) {
      const pid = stage.suite.supervisor.pids[name];
      if (inspector === undefined || pid === undefined) continue;
      looks.set(name, [...(looks.get(name) ?? []), await heldBy(inspector, pid, elapsed())]);
    }
    const heaps = [...looks].map(([name, held]) => `${name} ${inMiB(held.at(-1)?.heap ?? 0)}`);
    wanted.says(`${Math.round(elapsed())} s: MiB of heap after collection: ${heaps.join(', ')}`);
    await idle(wanted.lookEverySeconds, over);
  }
  const growth = (held: readonly Held[], of: 'heap' | 'handles') =>
    growthAnHour(held.map((each) => ({ at: each.at, value: each[of] })));
  return Object.fromEntries(
    [...looks].map(([name, held]) => [
      name,
      { looks: held, growthAnHour: growth(held, 'heap'), handlesGrowthAnHour: growth(held, 'handles') },
    ]),
  );
}

/** To a tenth. @param bytes of a heap */
export function inMiB(bytes: number): number {
  return Math.round(bytes / 104_857.6) / 10;
}

async function idle(seconds: number, over: AbortSignal): Promise<void> {
  await pause(seconds * 1_000, undefined, { signal: over }).catch(() => undefined);
}

/** People of the sample, who come into the campaign file by file. */
class Cohort {
  readonly #desk: CampaignDesk;
  readonly #scratch: string;
  readonly #rows = readFileSync(sample, 'utf8').trimEnd().split('\n');
  #next = 1;

  constructor({ suite, plan }: SpecSuite, scratch: string) {
    this.#desk = new CampaignDesk(new SuiteServices(suite.urls, suite.operatorToken), plan.campaign);
    this.#scratch = scratch;
  }

  async open(): Promise<void> {
    await this.#desk.open('inps-2010');
  }

  async load(count: number): Promise<void> {
    const rows = this.#rows.slice(this.#next, this.#next + count);
    if (rows.length === 0) return;
    const file = join(this.#scratch, `coorte-${this.#next}.csv`);
    writeFileSync(file, [this.#rows[0], ...rows, ''].join('\n'));
    this.#next += rows.length;
    await this.#desk.load(file, () => undefined);
  }

  async people() {
    return this.#desk.moves();
  }

  async keepLoading(over: AbortSignal): Promise<void> {
    for (;;) {
      await idle(loadEverySeconds, over);
      if (over.aborted) return;
      await this.load(peopleALoad);
    }
  }
}
