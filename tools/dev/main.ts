// `npm run dev`: the suite with empty databases, each service started again when its code has changed.
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatInstant, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { emptyRun, root, RunFolder } from '@recapito/servers';
import { stopRequest } from '../command-line/stop-request.ts';
import { choosePorts } from '../suite/ports.ts';
import { startSuite, type Suite } from '../suite/suite.ts';
import { servicesRunning } from './changed-services.ts';

const help = `npm run dev: the whole suite, to work on. Databases begin empty; the suite clock stands still; a service is
started again when its sources change, all of them when a library's do.

  --clock INSTANT    what the suite clock shows, in UTC (default 2010-08-02T07:00:00Z, the import of inps-2010)
  --help             this text

Logs and data are under .recapito/dev until the next time. After a change of a schema: Ctrl-C, and npm run dev again.
`;

/** An editor writes several files, and some of them twice: what came within this time is one change. */
const settleMs = 300;

/** What the clock is to show; null when help is asked for. @throws Error that says what is wrong */
function readClock(): Instant | null {
  const { values } = parseArgs({ options: { clock: { type: 'string' }, help: { type: 'boolean' } } });
  return values.help ? null : parseInstant(values.clock ?? '2010-08-02T07:00:00Z');
}

async function main(): Promise<number> {
  let clock: Instant | null;
  try {
    clock = readClock();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return 2;
  }
  if (clock === null) process.stdout.write(help);
  else await run(clock);
  return 0;
}

async function run(clock: Instant): Promise<void> {
  const stop = stopRequest();
  const folder = await RunFolder.claim(join(root, '.recapito', 'dev'));
  try {
    await emptyRun(folder.path);
    const ports = await choosePorts(Number(process.env['RECAPITO_PORT_BASE'] ?? 4000));
    const suite = await startSuite({
      folder,
      ports,
      durable: false,
      form: 'sources',
      clock,
      abort: stop.signal,
      begins: (part) => console.log(`starting: ${part}`),
      died: (name, { code, signal }) => console.log(`${name} ended (${signal ?? code})`),
    });
    try {
      show(suite, folder.path);
      console.log(`the suite clock shows ${formatInstant(clock)}; Ctrl-C ends all`);
      await Promise.race([stop.asked, restartOnChange(suite, stop.signal)]);
    } finally {
      await suite.stop();
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await folder.release();
  }
}

function show({ urls, management, mail, secrets }: Suite, folder: string): void {
  for (const [name, url] of Object.entries(urls))
    console.log(`${name.padEnd(15)} ${url}  (${management[name]}/openapi.json)`);
  console.log(`${'IMAPS'.padEnd(15)} ${mail.host}:${mail.port}`);
  console.log(`${'operator token'.padEnd(15)} ${join(secrets, 'operator.token')}`);
  console.log(`${'logs'.padEnd(15)} ${join(folder, 'logs')}`);
}

/** Watches the sources until the signal is given. */
async function restartOnChange(suite: Suite, signal: AbortSignal): Promise<void> {
  const changed = new Set<string>();
  let settling: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  const restart = (): void => {
    last = startAgain(suite, [...changed], last);
    changed.clear();
  };
  const follow = async (room: string): Promise<void> => {
    for await (const { filename } of watch(join(root, room), { recursive: true, signal })) {
      const names = servicesRunning(`${room}/${filename ?? ''}`);
      if (names.length === 0) continue;
      for (const name of names) changed.add(name);
      clearTimeout(settling);
      settling = setTimeout(restart, settleMs);
    }
  };
  await Promise.all(['apps', 'libs'].map(follow));
}

/** One service after the other, once those of the change before stand again. */
async function startAgain({ supervisor }: Suite, names: readonly string[], before: Promise<void>): Promise<void> {
  await before;
  for (const name of names) {
    const begin = performance.now();
    try {
      await supervisor.kill(name, 'SIGTERM');
      await supervisor.untilReady(name);
      console.log(`${name} is ready again (${((performance.now() - begin) / 1_000).toFixed(1)} s)`);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
}

process.exitCode = await main();
