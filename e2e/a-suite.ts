import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeRun, RunFolder } from '@recapito/servers';
import { readRehearsalPlan } from '../tools/rehearsal/programme.ts';
import type { RehearsalPlan } from '../tools/rehearsal/programme.ts';
import { wordsIn } from '../tools/rehearsal/words.ts';
import { rehearse, unwatched } from '../tools/rehearsal/rehearse.ts';
import type { Outcome, Watched } from '../tools/rehearsal/rehearse.ts';
import { readScenario } from '../tools/rehearsal/scenario.ts';
import { choosePorts } from '../tools/suite/ports.ts';
import { startSuite } from '../tools/suite/suite.ts';
import type { Suite, SuiteWanted } from '../tools/suite/suite.ts';

const programme = 'inps-2010';

/** Hashes that cost next to nothing: what they cost is the subject of other specs. */
const cheapHashes = { RECAPITO_ARGON2_MEMORY_KIB: '64', RECAPITO_ARGON2_PASSES: '1' };

/** Far from the ports of a suite that somebody runs here and of other processes like this one, and below those that the
 * kernel gives to whoever calls out. */
const portBase = 20_000 + (process.pid % 11) * 1_000;

/** The people of these specs: sixteen rows, of which one is wrong, and each behaviour once at least. */
export const cohort = join(import.meta.dirname, 'cohorts', 'every-behaviour.csv');
export const scenario = join(import.meta.dirname, 'cohorts', 'every-behaviour.scenario.csv');

/** A whole suite of a spec's own, with servers of its own, which may be killed. */
export class SpecSuite {
  readonly suite: Suite;
  readonly plan: RehearsalPlan;
  readonly folder: string;
  /** Names of what has died unasked, in order. */
  readonly deaths: string[];
  readonly #run: RunFolder;

  private constructor(suite: Suite, plan: RehearsalPlan, run: RunFolder, deaths: string[]) {
    this.suite = suite;
    this.plan = plan;
    this.folder = run.path;
    this.deaths = deaths;
    this.#run = run;
  }

  /**
   * Everything started with empty databases; the clock shows the instant of the import.
   * @param given addresses of servers that are not started but used
   * @param more settings for all services, and how these are run
   */
  static async start(
    given: Readonly<Record<string, string>> = {},
    { environment = {}, arrange }: Partial<Pick<SuiteWanted, 'environment' | 'arrange'>> = {},
  ): Promise<SpecSuite> {
    // Nobody else may enter it: what runs as another account has its place elsewhere.
    const place = await mkdtemp(join(tmpdir(), 'recapito-e2e-'));
    const run = await RunFolder.claim(place);
    const plan = readRehearsalPlan(programme);
    const deaths: string[] = [];
    try {
      const suite = await startSuite({
        folder: run,
        ports: await choosePorts(portBase),
        durable: false,
        given,
        environment: { ...cheapHashes, ...environment },
        ...(arrange && { arrange }),
        clock: plan.imports,
        died: (name) => deaths.push(name),
      });
      return new SpecSuite(suite, plan, run, deaths);
    } catch (error) {
      await removeRun(place);
      throw error;
    }
  }

  get reportFolder(): string {
    return join(this.folder, 'report');
  }

  get savedFolder(): string {
    return join(this.folder, 'saved');
  }

  /** Runs the whole campaign of 2010 with the people of these specs. */
  async campaign(watched: Partial<Watched> = {}): Promise<Outcome> {
    return rehearse({
      suite: this.suite,
      plan: this.plan,
      programme,
      cohort,
      scenario: readScenario(scenario, wordsIn.it.scenario),
      seed: 1,
      reportFolder: this.reportFolder,
      savedFolder: this.savedFolder,
      watched: { ...unwatched, ...watched },
    });
  }

  /** Ends everything and removes what was written, unless it is to be looked at. */
  async end({ keep = false } = {}): Promise<void> {
    await this.suite.stop();
    await this.#run.release();
    if (!keep) await removeRun(this.folder);
  }
}
