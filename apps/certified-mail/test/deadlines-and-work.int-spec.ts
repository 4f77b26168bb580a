import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { timeLimitPassed } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { after, formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { eventually, freePort } from '@recapito/testing';
import { Deadlines } from '../src/jobs/deadlines.ts';
import { releaseWork } from '../src/persistence/arrival.store.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { incoherences } from './coherence.ts';
import { dataOf, factsOf, mail, quiet } from './post.ts';
import { onTheNetwork } from './silent-peer.ts';
import type { Network } from './silent-peer.ts';
import { anna, inAugust, inpsSender, Stage } from './stage.ts';

const stage = new Stage();
const pcert = 'PostaCertificat@';
const hour = 3_600_000;
const minute = 60_000;
let service: RunningService<PrismaClient>;
/** What the network does to what pcert is sent, and to what it says. */
const network: { toPcert: Network; fromPcert: Network } = { toPcert: 'brings', fromPcert: 'brings' };
/** What the suite clock shows. */
let now: Instant = inAugust;

async function start(): Promise<void> {
  service = await stage.service();
  onTheNetwork(service, ({ towards, reversePath }) => {
    if (towards === pcert) return network.toPcert;
    return reversePath === 'posta-certificata@postacertificata.gov.it' ? network.fromPcert : 'brings';
  });
}

beforeAll(async () => {
  await stage.set();
  await start();
});

beforeEach(() => {
  network.toPcert = 'brings';
  network.fromPcert = 'brings';
});

afterAll(() => stage.end());

async function pass(ms: number): Promise<void> {
  now = after(now, ms);
  await stage.setClock(now);
}

/** Submits a message to a process; the one of this spec when none is named. */
async function send(subject: string, to: Pick<RunningService, 'url'> = service): Promise<string> {
  const { status, body } = await stage.call<{ identificativo: string }>('POST', '/submissions', {
    as: 'notification',
    to,
    headers: { 'content-type': 'message/rfc822', 'idempotency-key': `spec-${subject.replaceAll(' ', '-')}` },
    body: mail(inpsSender, anna.box, [`Subject: ${subject}`]),
  });
  expect(status).toBe(201);
  return body.identificativo;
}

/** The limits of which the sender was told. */
async function limits(identificativo: string): Promise<unknown[]> {
  const told = await stage.told('certified-mail.messages.v1', identificativo);
  return told.filter(({ type }) => type === timeLimitPassed.type).map(({ data }) => data['limit']);
}

async function stateOf(identificativo: string): Promise<string | undefined> {
  const row = await stage.client.recipient.findFirst({ where: { identificativo } });
  return row?.state;
}

async function failedTries(identificativo: string): Promise<number> {
  const [row] = await stage.client.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM emission
    WHERE identificativo = ${identificativo} AND state = 'due' AND failed_at = ${formatInstant(now)}::timestamptz`;
  return row?.count ?? 0;
}

describe('a receipt that is made and on its way when a limit passes', () => {
  async function madeAndCut(subject: string): Promise<string> {
    network.fromPcert = 'is-cut';
    const identificativo = await send(subject);
    await eventually(async () => expect(await failedTries(identificativo)).toBe(2));
    return identificativo;
  }

  async function triedAgain(identificativo: string): Promise<void> {
    await releaseWork(stage.client);
    await eventually(async () => expect(await failedTries(identificativo)).toBe(2));
    await service.app.get(Deadlines).run();
  }

  // @rule DEADLINE-WORK-FIRST
  test('is waited for until the last minute of the twenty-fourth hour: no notice leaves that it would belie', async () => {
    const identificativo = await madeAndCut('Per strada');
    await pass(23 * hour + 58 * minute);
    await service.app.get(Deadlines).run();
    await triedAgain(identificativo);
    expect(await limits(identificativo)).toEqual([]);
    expect((await stage.rehearsalState(service)).earliestDue).toBeLessThanOrEqual(now);
    network.fromPcert = 'brings';
    await releaseWork(stage.client);
    await quiet(service);
    await service.app.get(Deadlines).run();
    expect(await limits(identificativo)).toEqual([]);
    expect(await stateOf(identificativo)).toBe('delivered');
    expect(incoherences(await factsOf(service, identificativo))).toEqual([]);
  });

  // @rule DEADLINE-WORK-FIRST
  test('is waited for no longer: the notices leave within the twenty-four hours, and the receipt comes late', async () => {
    const identificativo = await madeAndCut('Mai in tempo');
    const sentAt = now;
    await pass(23 * hour + 59 * minute);
    await triedAgain(identificativo);
    await eventually(async () => expect(await limits(identificativo)).toEqual(['twelve-hours', 'twenty-four-hours']));
    expect(await dataOf(service, timeLimitPassed, identificativo)).toMatchObject([
      { dispatchedAt: sentAt, late: false },
      { dispatchedAt: sentAt, late: false },
    ]);
    network.fromPcert = 'brings';
    await releaseWork(stage.client);
    await quiet(service);
    expect(await stateOf(identificativo)).toBe('delivered-late');
    expect(incoherences(await factsOf(service, identificativo))).toEqual([]);
  });
});

describe('an envelope that still waits at our access point when a limit passes', () => {
  test('is tried once more before the sender is told, and then the sender is told though it waits', async () => {
    network.toPcert = 'is-cut';
    const identificativo = await send('Rete interrotta');
    await eventually(async () => expect(await failedTries(identificativo)).toBe(1));
    await pass(12 * hour);
    await releaseWork(stage.client);
    await eventually(async () => expect(await limits(identificativo)).toEqual(['twelve-hours']));
    expect(await failedTries(identificativo)).toBe(1);
    network.toPcert = 'brings';
    await releaseWork(stage.client);
    await quiet(service);
    expect(await stateOf(identificativo)).toBe('delivered');
  });

  test('because we were away is sent on when we are back, and no notice leaves', async () => {
    network.toPcert = 'is-cut';
    const identificativo = await send('Eravamo fermi');
    await eventually(async () => expect(await failedTries(identificativo)).toBe(1));
    await service.stop();
    network.toPcert = 'brings';
    await pass(40 * hour);
    await start();
    await quiet(service);
    await service.app.get(Deadlines).run();
    expect(await limits(identificativo)).toEqual([]);
    expect(await stateOf(identificativo)).toBe('delivered');
  });
});

describe('a process killed when it has decided on a notice and not yet brought it', () => {
  test('leaves the notice to the next one: it is in the box once, and a delivery after it is late', async () => {
    await service.stop();
    const port = await freePort();
    const child = await stage.program(new URL('./children/plain.ts', import.meta.url), { RECAPITO_PORT: String(port) });
    await child.line('ready');
    // With the mail store away the recipient is taken in charge and no more, and no notice reaches its box.
    await stage.store.stop();
    const identificativo = await send('Uccisa', { url: `http://127.0.0.1:${port}` });
    await eventually(async () => expect(await stateOf(identificativo)).toBe('taken-in-charge'));
    await pass(23 * hour);
    await eventually(async () => expect(await limits(identificativo)).toEqual(['twenty-four-hours']));
    await child.kill();
    await stage.store.run();
    await start();
    await quiet(service);
    expect(await limits(identificativo)).toEqual(['twenty-four-hours']);
    const box = stage.store.messagesOf(inpsSender).map((message) => message.toString('latin1'));
    const notices = box.filter((message) => message.includes('TEMPO MASSIMO') && message.includes('Uccisa'));
    expect(notices).toHaveLength(1);
    expect(await stateOf(identificativo)).toBe('delivered-late');
    expect(incoherences(await factsOf(service, identificativo))).toEqual([]);
  });
});
