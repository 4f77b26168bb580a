// What `npm test` runs: the checks of the whole house and, beside them, every spec on one set of real servers.
import { join } from 'node:path';
import { checks } from '../check/checks.ts';
import { serverNames, startServers, type Servers } from '@recapito/servers';
import { stopRequest } from '../command-line/stop-request.ts';
import { listSpecs, runJest } from './jest.ts';
import { makeScratch } from './scratch.ts';
import type { Scratch } from './scratch.ts';
import { Tally } from './tally.ts';

const help = `npm test: all specs on real servers, and beside them format, lint, types, boundaries and rules.
  npm test                         everything
  npm test -- PATTERN... [OPTION]  only these specs, without the checks; patterns and options are jest's, as in
                                   npm test -- libs/primitives
                                   npm test -- apps/mailbox -t "closes at the bound"
  npm run test:containers          all integration specs on servers from a container engine, and docker-compose.yml itself

RECAPITO_INFRA=containers has the servers run by a container engine, Docker or Podman, instead of as children.
RECAPITO_POSTGRES_URL, RECAPITO_KAFKA_BROKERS and RECAPITO_REDIS_URL, where set, are used instead of servers of its own;
the logs of those stay under .recapito/test/logs until the next run. Their data and the temporary files of specs lie in
/dev/shm while the run lasts, where 4 GiB are free there, else on disk. The last line counts checks and tests together:
N passed, N failed. The exit code is 0 only when nothing failed.`;

const parameters = process.argv.slice(2);
const stop = stopRequest();
const tally = new Tally();

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`;

/** One after the other, beside the specs, of which many wait. */
async function runChecks(): Promise<void> {
  for (const check of checks) {
    if (stop.signal.aborted) return;
    const begin = performance.now();
    const faults = await check.run().catch((error: unknown) => [String(error)]);
    tally.add(faults.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
    console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${check.name} (${seconds(begin)})`);
    for (const fault of faults) console.log(`     ${fault}`);
  }
}

async function startServersForSpecs(scratch: Scratch): Promise<Servers> {
  const begin = performance.now();
  const servers = await startServers({
    folder: scratch.servers,
    want: serverNames,
    durable: false,
    fresh: scratch.servers === scratch.kept,
    abort: stop.signal,
    died: (name, exit) => console.error(`${name} ended in the middle of the specs (${exit.signal ?? exit.code})`),
  });
  console.log(`ok   servers: ${serverNames.join(', ')} (${seconds(begin)}; logs in ${scratch.kept}/logs)`);
  return servers;
}

async function runSpecs(scratch: Scratch, servers: Servers | undefined): Promise<void> {
  const begin = performance.now();
  const counted = await runJest({
    parameters,
    environment: { ...servers?.environment, TMPDIR: scratch.temporary },
    resultFile: join(scratch.kept, 'jest.json'),
    abort: stop.signal,
  });
  tally.add(counted);
  for (const remark of counted.remarks) console.log(`FAIL ${remark}`);
  console.log(`${counted.failed === 0 ? 'ok  ' : 'FAIL'} specs (${seconds(begin)})`);
}

async function runSpecsOnServers(scratch: Scratch, needsServers: boolean): Promise<void> {
  try {
    const servers = needsServers ? await startServersForSpecs(scratch) : undefined;
    try {
      if (!stop.signal.aborted) await runSpecs(scratch, servers);
    } finally {
      await servers?.stop();
    }
  } catch (error) {
    tally.add({ passed: 0, failed: 1 });
    console.error(`FAIL servers\n${error instanceof Error ? error.message : String(error)}`);
  }
}

async function main(): Promise<void> {
  const begin = performance.now();
  const partial = parameters.length > 0;
  const needsServers = !partial || (await listSpecs(parameters)).some((file) => file.endsWith('.int-spec.ts'));
  const scratch = await makeScratch();
  await Promise.all([runSpecsOnServers(scratch, needsServers), ...(partial ? [] : [runChecks()])]);
  await scratch.remove();
  if (stop.signal.aborted) console.log(`interrupted by ${await stop.asked}`);
  console.log(`took ${seconds(begin)}`);
  console.log(String(tally));
  process.exitCode = stop.signal.aborted || tally.failed > 0 ? 1 : 0;
}

if (parameters.includes('--help')) {
  console.log(help);
  process.exit();
}
await main();
process.exit();
