import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareBroker } from '@recapito/messaging';
import { readOnAt, stoppedAt } from '../tools/read-on/read-on-at.ts';
import { republishAt } from '../tools/republish/republish-at.ts';
import { SuiteServices } from '../tools/rehearsal/suite-services.ts';
import type { ServiceState } from '../tools/rehearsal/suite-services.ts';
import { setFirstClock } from '../tools/suite/first-clock.ts';
import { brokersAs, until } from '@recapito/servers';
import type { Suite } from '../tools/suite/suite.ts';
import type { SpecSuite } from './a-suite.ts';

/** What an operator saw while Kafka was rebuilt. */
export interface Rebuilt {
  /** How many partitions each service had stopped reading. */
  readonly readOn: Readonly<Record<string, number>>;
}

/** Takes Kafka with all that it holds. */
export async function loseBroker({ suite, folder }: SpecSuite): Promise<void> {
  await suite.servers.kill('kafka', 'SIGKILL');
  await rm(join(folder, 'kafka', 'log'), { recursive: true });
}

/** Starts Kafka empty and rebuilds it from the outboxes, by the steps of OPERATIONS.md. */
export async function rebuildBroker(suite: Suite): Promise<Rebuilt> {
  await suite.servers.restart('kafka');
  await prepareBroker(brokersAs('preparations', suite.servers.environment), { mode: 'rehearsal' });
  const services = new SuiteServices(suite.urls, suite.operatorToken);
  // The driver says it again as well, but not before it looks; whoever starts meanwhile waits for it.
  const { clock } = await services.asOperator<ServiceState>('identity', 'GET', '/rehearsal/state?lag=known');
  if (clock !== null) await setFirstClock(suite.brokers, clock.instant);
  const say = () => undefined;
  const token = suite.operatorToken;
  const doors = Object.entries(suite.urls).map(([service, url]) => ({ service, url, token }));
  for (const door of doors) await answering(() => republishAt({ ...door, say }));
  const readers = doors.filter(({ service }) => service !== 'certified-mail');
  const readOn = Object.fromEntries(readers.map(({ service }) => [service, 0]));
  // A reader compares its positions when it comes back to a partition: until all have, more may stop.
  await until(
    async () => {
      for (const door of readers)
        readOn[door.service] =
          (readOn[door.service] ?? 0) + (await readOnAt({ ...door, reason: 'all of Kafka was lost', say }));
      for (const door of readers) {
        const bad = await readingFaults(suite.management[door.service] ?? '');
        if (bad.length > 0 || (await stoppedAt(door)).length > 0) throw new Error(`${door.service} does not read all`);
      }
    },
    { withinMs: 120_000, everyMs: 500 },
  );
  await services.asOperator('mailbox', 'POST', '/directory/repairs', { json: {} });
  return { readOn };
}

/** What a service finds wrong with its reading of topics. @param url of its management port */
async function readingFaults(url: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/health/ready`);
  const { checks } = (await response.json()) as { checks: readonly { name: string; state: string }[] };
  const reading = new Set(['facts', 'ingest', 'positions']);
  return checks.filter(({ name, state }) => reading.has(name) && state !== 'ok').map(({ name }) => name);
}

/** A service that is being started again is asked again. */
async function answering(ask: () => Promise<void>): Promise<void> {
  await until(ask, { withinMs: 120_000, everyMs: 250 });
}
