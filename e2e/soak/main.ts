// `npm run test:soak`: the suite at half of what it can do, for a long time, while processes and servers are killed.
import { parseArgs } from 'node:util';
import { inMiB, soak } from './soak.ts';
import type { SoakReport } from './soak.ts';

const help = `npm run test:soak: two processes of every service at half of the maximum that is measured first, while processes and servers
are killed at random. Nothing that clients sent, were answered and read may be lost or doubled; after the warm-up the heap after
collection grows by less than 1 % an hour, and open handles stay.

  npm run test:soak                              60 minutes, of which 10 are the warm-up, seed 1
  npm run test:soak -- --minutes 20 --warm-up 5 --seed 7

The growth is judged when at least twenty minutes come after the warm-up; in less it is told and says little.
Exit codes: 0 all was well, 1 it was not, 2 the options are not understood.
`;

/** Minutes behind the warm-up from which on a slope says something. */
const judgedFrom = 20;
const [mostGrowth, mostHandles] = [0.01, 0.05];

const options = {
  minutes: { type: 'string', default: '60' },
  'warm-up': { type: 'string', default: '10' },
  seed: { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
} as const;

interface Asked {
  readonly minutes: number;
  readonly warmUp: number;
  readonly seed: number;
}

/** @throws Error that says what is wrong */
function readOptions(): Asked | null {
  const { values } = parseArgs({ options });
  if (values.help) return null;
  const [minutes, warmUp, seed] = [Number(values.minutes), Number(values['warm-up']), Number(values.seed)];
  if (!(minutes > 0)) throw new Error(`--minutes takes a number above 0, not ${values.minutes}`);
  if (!(warmUp >= 0 && warmUp < minutes)) throw new Error(`--warm-up takes a number below ${minutes}`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed takes a whole number, not ${values.seed}`);
  return { minutes, warmUp, seed };
}

const percent = (part: number) => `${(part * 100).toFixed(2)} %`;

/** Tells the figures. @returns what was not well */
function judged({ rate, letters, killed, memory, differences }: SoakReport, { minutes, warmUp }: Asked): string[] {
  console.log(`${letters} letters at ${rate.toFixed(1)} a second; ${killed.length} kills`);
  const faults = [...differences];
  for (const [name, { looks, growthAnHour, handlesGrowthAnHour }] of Object.entries(memory)) {
    const heaps = looks.map(({ heap }) => inMiB(heap));
    const handles = looks.map((held) => held.handles);
    console.log(
      `${name}: heap ${heaps[0]} to ${heaps.at(-1)} MiB in ${looks.length} looks, ${percent(growthAnHour)} an hour; ` +
        `handles ${handles[0]} to ${handles.at(-1)}, at most ${Math.max(...handles)}`,
    );
    if (minutes - warmUp < judgedFrom) continue;
    if (!(growthAnHour < mostGrowth)) faults.push(`the heap of ${name} grows by ${percent(growthAnHour)} an hour`);
    if (!(handlesGrowthAnHour < mostHandles))
      faults.push(`the handles of ${name} grow by ${percent(handlesGrowthAnHour)} an hour`);
  }
  return faults;
}

async function main(): Promise<number> {
  let asked: Asked | null;
  try {
    asked = readOptions();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return 2;
  }
  if (asked === null) {
    process.stdout.write(help);
    return 0;
  }
  const report = await soak({
    seconds: asked.minutes * 60,
    warmUpSeconds: asked.warmUp * 60,
    killEverySeconds: 20,
    lookEverySeconds: 15,
    people: 40,
    seed: asked.seed,
    says: (words) => console.log(words),
  });
  const faults = judged(report, asked);
  for (const fault of faults) console.error(fault);
  await report.end(faults.length > 0);
  if (faults.length > 0) console.error(`What it has written is kept in ${report.folder}`);
  else console.log('nothing was lost, nothing doubled');
  return faults.length === 0 ? 0 : 1;
}

process.exitCode = await main();
