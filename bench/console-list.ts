import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { boxesInTable } from './boxes.ts';
import { percentile, rounded } from './figures.ts';
import { bareServer } from './forked-server.ts';
import { KeepAliveClient } from './keep-alive-client.ts';
import { mailStageWithStore } from './mail-stage.ts';
import { countProcessorTime } from './processor-time.ts';

const boxes = { full: 1_000_000, small: 2_000 };
const pages = { full: 1_000, small: 30 };

export const consoleList: Benchmark = {
  name: 'console-list',
  ours: 'p95 of a page of 50 boxes of 1,000,000 at mailbox: the operator’s token verified, the reading a fact before anything is shown',
  yardstick: 'the same keyset SELECT served as JSON by a bare node:http route in a process of its own',
  unit: 'ms',
  better: 'less',
  mark: 'ours at most 4 x yardstick',
  reached: ({ ours, yardstick }) => ours <= 4 * yardstick,
  runs: 5,
  prepare,
};

/** Where a list is read: the pages follow each other by what each says of the next. */
interface List {
  readonly url: string;
  readonly path: string;
  readonly token: string;
}

async function prepare(occasion: Occasion): Promise<Contest> {
  const { size, says, abort } = occasion;
  const count = pages[size];
  const { ground, stage, store } = await mailStageWithStore(occasion);
  says('mailbox');
  const supervisor = await stage.start({ names: ['mailbox'], abort, store });
  ground.atEnd(() => supervisor.stop());
  says(`${boxes[size]} boxes in its table`);
  await boxesInTable(stage, boxes[size]);
  const bare = await bareServer(ground, 'bare-list-server.ts', [stage.databaseUrl('mailbox')]);
  const token = stage.operatorToken;
  const ours: List = { url: stage.url('mailbox'), path: '/mailboxes?limit=50', token };
  const theirs: List = { url: `http://127.0.0.1:${bare.port}`, path: '/?limit=50', token };
  // Both have compiled what they run, and PostgreSQL has read the index, before the first run.
  for (const list of [ours, theirs]) await walked(list, Math.min(count, 400));
  const measured = async (name: string, pid: number | undefined, list: List) => {
    await ground.settle();
    const used = countProcessorTime({ [name]: pid }, 'client');
    const times = await walked(list, count);
    says(`median ${rounded(percentile(times, 50))} ms; processor time a page: ${used(times.length)}`);
    return percentile(times, 95);
  };
  return {
    ours: () => measured('mailbox', supervisor.pids['mailbox'], ours),
    yardstick: () => measured('bare server', bare.pid, theirs),
  };
}

/**
 * Reads so many pages one after the other over one connection, from the first again when they are through.
 * @returns milliseconds of each
 * @throws Error when a page is not full before the last one
 */
async function walked({ url, path, token }: List, count: number): Promise<number[]> {
  const client = await KeepAliveClient.open(url);
  try {
    return await pagesOf(client, { path, token }, count);
  } finally {
    client.close();
  }
}

async function pagesOf(
  client: KeepAliveClient,
  { path, token }: Pick<List, 'path' | 'token'>,
  count: number,
): Promise<number[]> {
  const times: number[] = [];
  let after: string | null = null;
  while (times.length < count) {
    const begin = performance.now();
    const { status, body } = await client.get(after === null ? path : `${path}&after=${after}`, token);
    times.push(performance.now() - begin);
    if (status !== 200) throw new Error(`a page was answered with ${status}: ${body.slice(0, 200)}`);
    const page = JSON.parse(body) as { readonly items: readonly unknown[]; readonly next: string | null };
    if (page.next !== null && page.items.length !== 50) throw new Error(`a page has ${page.items.length} boxes`);
    after = page.next;
  }
  return times;
}
