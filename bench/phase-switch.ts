import { setTimeout as pause } from 'node:timers/promises';
import { parseInstant } from '@recapito/primitives';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { boxesAtTheGate, manyBoxes } from './boxes.ts';
import { gatesOf, shut } from './gates.ts';
import { holdersWithPins } from './holders.ts';
import type { Holder } from './holders.ts';
import { mailStageWithStore } from './mail-stage.ts';
import { noon } from './noted.ts';
import { processorMs } from './processor-time.ts';
import type { Stage } from './services.ts';

const boxes = { full: 1_000_000, small: 2_000 };

/** The end of the trial: at this instant every box of it is shut at every gate, and no row changes. */
const bound = parseInstant('2010-09-15T22:00:00Z');
const before = parseInstant('2010-09-15T21:00:00Z');

const services = ['identity', 'mailbox', 'certified-mail'] as const;

export const phaseSwitch: Benchmark = {
  name: 'phase-switch',
  ours: 'from the clock’s step over the end of a service until every gate says no to its 1,000,000 boxes',
  yardstick: 'UPDATE of one column of 1,000,000 boxes in mailbox’s table',
  unit: 'ms',
  better: 'less',
  mark: 'ratio 100',
  reached: ({ ratio }) => ratio >= 100,
  runs: 5,
  prepare,
};

async function prepare(occasion: Occasion): Promise<Contest> {
  const { size, says, abort } = occasion;
  const count = boxes[size];
  const { stage, store } = await mailStageWithStore(occasion);
  const start = () => stage.start({ names: services, abort, store });
  says('one holder with a PIN');
  const supervisor = await start();
  const [holder] = await holdersWithPins(stage, 1, noon);
  await supervisor.stop();
  if (holder === undefined) throw new Error('there is no holder');
  says(`${count} boxes in the table and in the directory`);
  await manyBoxes(stage, count);
  return {
    ours: () => switched(stage, { holder, count, start }, occasion),
    yardstick: () => updated(stage, count),
  };
}

/**
 * A clock never runs backwards from what it has shown, so each run has services that start before the bound. They read
 * the whole directory first; what is measured begins when they have nothing left to do.
 */
async function switched(
  stage: Stage,
  { holder, count, start }: { holder: Holder; count: number; start: () => ReturnType<Stage['start']> },
  { size, says, abort }: Occasion,
): Promise<number> {
  await stage.setClock(before);
  const begin = performance.now();
  const supervisor = await start();
  try {
    await calm(Object.values(supervisor.pids), { withinS: size === 'full' ? 180 : 5, abort });
    const known = await boxesAtTheGate(stage);
    if (known < count) throw new Error(`the mail gate knows ${known} of ${count} boxes`);
    says(`services ready and calm after ${Math.round((performance.now() - begin) / 1_000)} s, ${known} boxes known`);
    const { gates, end } = await gatesOf(stage, holder);
    try {
      for (const gate of gates) if (!(await gate.open())) throw new Error(`${gate.name} says no before the bound`);
      const stepped = performance.now();
      await stage.setClock(bound);
      const times = await Promise.all(gates.map((gate) => shut(gate, abort)));
      const each = gates.map(({ name }, index) => `${name} ${Math.round((times[index] ?? 0) - stepped)} ms`);
      says(each.join(', '));
      return Math.max(...times) - stepped;
    } finally {
      end();
    }
  } finally {
    await supervisor.stop();
  }
}

/** Waits until processes together use less than a quarter of a core over a second, which idle ones do. */
async function calm(
  pids: readonly (number | undefined)[],
  { withinS, abort }: { withinS: number; abort: AbortSignal },
): Promise<void> {
  const used = (): number => pids.reduce<number>((sum, pid) => sum + (pid === undefined ? 0 : processorMs(pid)), 0);
  for (let second = 0, last = used(); second < withinS; second += 1) {
    await pause(1_000, undefined, { signal: abort });
    const now = used();
    if (now - last < 250) return;
    last = now;
  }
}

async function updated(stage: Stage, count: number): Promise<number> {
  const pool = stage.administrator('mailbox');
  try {
    await stage.ground.settle();
    const begin = performance.now();
    const { rowCount } = await pool.query(
      `UPDATE mailbox SET state_since = state_since + interval '1 second' WHERE address LIKE 'prova.%'`,
    );
    const elapsed = performance.now() - begin;
    if (rowCount !== count) throw new Error(`${rowCount} of ${count} boxes were updated`);
    // The next run meets a table of the same size.
    await pool.query('VACUUM mailbox');
    return elapsed;
  } finally {
    await pool.end();
  }
}
