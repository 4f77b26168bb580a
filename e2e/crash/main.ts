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

const help = `npm run test:crash: whole campaigns, one after the other, while services and servers are killed at random
instants, and Kafka loses all that it holds; each must end like an undisturbed one, and what clients sent, were answered and
read must be what databases, topics, trace and mail store hold.

  npm run test:crash                        200 kills, seed 1
  npm run test:crash -- --kills 20 --seed 7

Exit codes: 0 every campaign ended as it should, 1 one did not, 2 the options are not understood.
`;

/** Services die more often than the servers they stand on, and a server dies more often than it loses its disk. */
const servers = ['redis', 'kafka', 'postgres'] as const;
const victims = [...services, ...services, ...services, ...servers, 'all of kafka'] as const;

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

/** Kills at random instants until the campaign is over or enough were killed. @returns the victims, in order */
async function killDuring(
  stage: SpecSuite,
  over: AbortSignal,
  from: number,
  { kills, seed }: Wanted,
): Promise<string[]> {
  const killed: string[] = [];
  const faults = new Faults(stage.suite);
  for (let number = from; number < kills; number += 1) {
    const lot = (question: string) => draw(seed, `kill ${number}`, question);
    await pause(lot('pause') * 4_000, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) break;
    const victim = victims[Math.floor(lot('victim') * victims.length)] ?? 'identity';
    const server = servers.find((name) => name === victim);
    if (server !== undefined) faults.killServer(server);
    else if (victim === 'all of kafka')
      faults.befall(victim, async () => {
        await loseBroker(stage);
        await rebuildBroker(stage.suite);
      });
    else faults.killService(victim);
    await faults.over();
    killed.push(victim);
  }
  return killed;
}

/** One campaign under fire. @returns how many were killed. @throws when it does not end as an undisturbed one */
async function campaign(from: number, wanted: Wanted): Promise<number> {
  const stage = await SpecSuite.start();
  const over = new AbortController();
  const ledger = new Ledger();
  const killing = killDuring(stage, over.signal, from, wanted);
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
    await stage.end({ keep });
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
