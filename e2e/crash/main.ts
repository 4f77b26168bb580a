// `npm run test:crash`: campaigns in which services and servers are killed at random instants.
import { deepStrictEqual } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { draw } from '../../tools/rehearsal/scenario.ts';
import { services } from '../../tools/suite/definitions.ts';
import { SpecSuite } from '../a-suite.ts';
import { comparable, expected } from '../expected.ts';
import { Faults } from '../faults.ts';
import { Ledger } from '../ledger/ledger.ts';
import { loseBroker, rebuildBroker } from '../lost-broker.ts';
import { PromotablePostgres } from '../promotable-postgres.ts';

const help = `npm run test:crash: whole campaigns, one after the other, while services and servers are killed at random
instants, Kafka loses all that it holds, and a standby takes the place of PostgreSQL; each must end like an undisturbed one, and what clients sent, were answered and
read must be what databases, topics, trace and mail store hold.

  npm run test:crash                        200 kills, seed 1
  npm run test:crash -- --kills 20 --seed 7

Exit codes: 0 every campaign ended as it should, 1 one did not, 2 the options are not understood.
`;

/** Services die more often than the servers they stand on, and a server dies more often than it loses its disk. */
const victims = [
  ...services,
  ...services,
  ...services,
  'redis',
  'kafka',
  'primary of postgres',
  'all of kafka',
  'primary of postgres for good',
] as const;

type Victim = (typeof victims)[number];

interface Wanted {
  readonly kills: number;
  readonly seed: number;
}

/** Reads the command line; null when it asks for help. @throws Error that says what is wrong */
function readWanted(): Wanted | null {
  const options = { kills: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  if (values.help) return null;
  const [kills, seed] = [Number(values.kills ?? '200'), Number(values.seed ?? '1')];
  if (!Number.isSafeInteger(kills) || kills < 1)
    throw new Error(`--kills takes a number from 1 on, not ${values.kills}`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed takes a whole number, not ${values.seed}`);
  return { kills, seed };
}

/** What campaigns run on, and what can be done to it. */
class Ground {
  readonly stage: SpecSuite;
  readonly #postgres: PromotablePostgres;
  readonly #faults: Faults;
  #promoted = false;

  private constructor(stage: SpecSuite, postgres: PromotablePostgres) {
    this.stage = stage;
    this.#postgres = postgres;
    this.#faults = new Faults(stage.suite);
  }

  static async prepare(): Promise<Ground> {
    const postgres = await PromotablePostgres.start();
    return new Ground(await SpecSuite.start({ RECAPITO_POSTGRES_URL: postgres.url }), postgres);
  }

  /** Resolves when what fell stands again. */
  async strike(victim: Victim): Promise<void> {
    const faults = this.#faults;
    if (victim === 'redis' || victim === 'kafka') faults.killServer(victim);
    else if (victim === 'all of kafka')
      faults.befall(victim, async () => {
        await loseBroker(this.stage);
        await rebuildBroker(this.stage.suite);
      });
    else if (victim === 'primary of postgres' || victim === 'primary of postgres for good')
      faults.befall(victim, () => this.#strikePrimary(victim === 'primary of postgres for good'));
    else faults.killService(victim);
    await faults.over();
  }

  async end(keep: boolean): Promise<void> {
    await this.stage.end({ keep });
    await this.#postgres.remove();
  }

  /** The standby can be promoted once; then it is the primary, and has no standby. */
  async #strikePrimary(forGood: boolean): Promise<void> {
    if (this.#promoted) return this.#postgres.restartStandby();
    if (!forGood) return this.#postgres.restartPrimary();
    this.#promoted = true;
    this.#postgres.killPrimary();
    await this.#postgres.promoteStandby();
  }
}

/** Kills at random instants until the campaign is over or enough were killed. @returns the victims, in order */
async function killDuring(ground: Ground, over: AbortSignal, from: number, { kills, seed }: Wanted): Promise<string[]> {
  const killed: string[] = [];
  for (let number = from; number < kills; number += 1) {
    const lot = (question: string) => draw(seed, `kill ${number}`, question);
    await pause(lot('pause') * 4_000, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) break;
    const victim = victims[Math.floor(lot('victim') * victims.length)] ?? 'identity';
    await ground.strike(victim);
    killed.push(victim);
  }
  return killed;
}

/** One campaign under fire. @returns how many were killed. @throws when it does not end as an undisturbed one */
async function campaign(from: number, wanted: Wanted): Promise<number> {
  const ground = await Ground.prepare();
  const { stage } = ground;
  const over = new AbortController();
  const ledger = new Ledger();
  const killing = killDuring(ground, over.signal, from, wanted);
  killing.catch(() => undefined);
  let keep = true;
  try {
    const { report, broken } = await stage.campaign();
    over.abort();
    const killed = await killing;
    console.log(`${from + killed.length} of ${wanted.kills}: ${killed.join(', ')}`);
    deepStrictEqual(broken, []);
    deepStrictEqual(comparable(report), expected);
    ledger.noteSaved(stage.savedFolder, report);
    deepStrictEqual(await ledger.close(stage.suite, stage.folder), []);
    keep = false;
    return killed.length;
  } finally {
    over.abort();
    ledger.end();
    await ground.end(keep);
    if (keep) console.error(`What this campaign has written is kept in ${stage.folder}`);
  }
}

async function main(): Promise<number> {
  let wanted: Wanted | null;
  try {
    wanted = readWanted();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return 2;
  }
  if (wanted === null) {
    process.stdout.write(help);
    return 0;
  }
  for (let done = 0; done < wanted.kills;) done += await campaign(done, wanted);
  return 0;
}

process.exitCode = await main();
