import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  messageNotDelivered,
  originalLost,
  receiptOverdue,
  receiptUnplaced,
  timeLimitPassed,
} from '@recapito/contracts';
import type { HealthReport, RunningService } from '@recapito/platform';
import { after } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { Deadlines } from '../src/jobs/deadlines.ts';
import { EndOverdue } from '../src/jobs/end-overdue.ts';
import { releaseWork } from '../src/persistence/arrival.store.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { dataOf, factsOf, mail, quiet, submit } from './post.ts';
import { onTheNetwork } from './silent-peer.ts';
import type { Network } from './silent-peer.ts';
import { anna, inAugust, inpsSender, Stage } from './stage.ts';

const stage = new Stage();
const pcert = 'PostaCertificat@';
const inps = 'INPS - Gestore della posta elettronica certificata';
const hour = 3_600_000;
let service: RunningService<PrismaClient>;
let notification: string;
const network: { toPcert: Network; fromPcert: Network } = { toPcert: 'brings', fromPcert: 'brings' };
let now: Instant = inAugust;

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
  onTheNetwork(service, ({ towards, reversePath }) => {
    if (towards === pcert) return network.toPcert;
    return reversePath === 'posta-certificata@postacertificata.gov.it' ? network.fromPcert : 'brings';
  });
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});
beforeEach(() => {
  network.toPcert = 'brings';
  network.fromPcert = 'brings';
});
afterAll(() => stage.end());

async function pass(ms: number): Promise<void> {
  now = after(now, ms);
  await stage.setClock(now);
  await eventually(() => service.platform.clock.now() >= now);
}

/** Submits a message; where the service asks to come again, the same one. */
async function send(subject: string): Promise<string> {
  const message = mail(inpsSender, anna.box, [`Subject: ${subject}`]);
  const { body } = await eventually(async () => {
    const answered = await submit(service, notification, message, { key: `lost-${subject.replaceAll(' ', '-')}` });
    return answered.status === 201 && answered;
  });
  expect(body).toMatchObject({ outcome: 'accepted' });
  return body.identificativo;
}

/** Waits until so many emissions of a message have failed and wait. */
async function waiting(identificativo: string, count: number): Promise<void> {
  await eventually(async () => {
    const rows = await stage.client.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM emission
        WHERE identificativo = ${identificativo} AND state = 'due' AND failed_at IS NOT NULL`;
    expect(rows[0]?.count).toBe(count);
  });
}

const stateOf = async (identificativo: string) =>
  (await stage.client.recipient.findFirst({ where: { identificativo } }))?.state;

/** The files of the spool: those of submissions bear an identificativo, those of arrivals do not. */
const files = (of: 'submissions' | 'arrivals') =>
  readdirSync(join(stage.folder, 'spool'))
    .filter((name) => name.includes('@') === (of === 'submissions'))
    .map((name) => join(stage.folder, 'spool', name));

const losses = {
  missing: (path: string) => rmSync(path),
  altered: (path: string) => writeFileSync(path, 'other bytes'),
  unreadable: (path: string) => {
    rmSync(path);
    mkdirSync(path);
  },
} as const;

/** Ends the spec's own damage, so that the spool can be cleaned. */
const clear = (paths: readonly string[]) => paths.forEach((path) => rmSync(path, { recursive: true, force: true }));

const inBox = (box: string, subject: string) =>
  stage.store.messagesOf(box).filter((message) => message.includes(`Subject: ${subject}\r\n`));

// @rule SPOOL-LOST-ENDS
describe.each(['missing', 'altered', 'unreadable'] as const)('a file of the spool that is %s', (loss) => {
  test('while a delivery receipt waits: the receipt goes out in the concise form, and the trace says why', async () => {
    network.fromPcert = 'is-cut';
    const subject = `Ricevuta ${loss}`;
    const identificativo = await send(subject);
    await waiting(identificativo, 2);
    const lost = files('arrivals');
    lost.forEach(losses[loss]);
    network.fromPcert = 'brings';
    await releaseWork(stage.client);
    await eventually(async () => expect(await stateOf(identificativo)).toBe('delivered'));
    clear(lost);
    await quiet(service);
    const [receipt] = inBox(inpsSender, `CONSEGNA: ${subject}`);
    expect(receipt?.toString('latin1')).toContain('Ricevuta di avvenuta consegna sintetica');
    expect(receipt?.toString('latin1')).not.toContain('postacert.eml');
    expect(await dataOf(service, originalLost, identificativo)).toMatchObject([
      { gestore: pcert, tipo: 'avvenuta-consegna', loss, caselle: [anna.box], consequence: 'concise-receipt' },
    ]);
  });

  test('before the envelope leaves: the sender gets a notice of non-delivery', async () => {
    network.toPcert = 'is-cut';
    const subject = `Busta ${loss}`;
    const identificativo = await send(subject);
    await waiting(identificativo, 1);
    const lost = files('submissions');
    lost.forEach(losses[loss]);
    await releaseWork(stage.client);
    await eventually(async () => expect(await stateOf(identificativo)).toBe('not-delivered'));
    clear(lost);
    await quiet(service);
    expect(inBox(inpsSender, `AVVISO DI MANCATA CONSEGNA: ${subject}`)).toHaveLength(1);
    expect(await dataOf(service, messageNotDelivered, identificativo)).toMatchObject([
      {
        gestore: inps,
        consegna: anna.box,
        errore: 'altro',
        erroreEsteso: `5.3.0 - ${inps} - il messaggio non è più disponibile presso il gestore`,
      },
    ]);
    expect(await dataOf(service, originalLost, identificativo)).toMatchObject([
      { gestore: inps, tipo: 'posta-certificata', loss, caselle: [anna.box], consequence: 'not-delivered' },
    ]);
  });

  test('before it is in its box: the sender gets a notice of non-delivery from the recipient’s provider', async () => {
    await stage.store.stop();
    const subject = `Consegna ${loss}`;
    const identificativo = await send(subject);
    await eventually(async () => expect(await stateOf(identificativo)).toBe('taken-in-charge'));
    const [row] = await stage.client.arrival.findMany({ where: { identificativo, kind: 'envelope' } });
    const lost = [join(stage.folder, 'spool', row?.id ?? '')];
    lost.forEach(losses[loss]);
    await releaseWork(stage.client);
    await eventually(async () => expect(await stateOf(identificativo)).toBe('not-delivered'));
    clear(lost);
    await stage.store.run();
    await releaseWork(stage.client);
    await quiet(service);
    expect(inBox(anna.box, `POSTA CERTIFICATA: ${subject}`)).toEqual([]);
    expect(inBox(inpsSender, `AVVISO DI MANCATA CONSEGNA: ${subject}`)).toHaveLength(1);
    expect(await dataOf(service, messageNotDelivered, identificativo)).toMatchObject([
      { gestore: pcert, erroreEsteso: `5.3.0 - ${pcert} - il messaggio non è più disponibile presso il gestore` },
    ]);
    expect(await dataOf(service, originalLost, identificativo)).toMatchObject([
      { gestore: pcert, tipo: 'posta-certificata', loss, caselle: [anna.box], consequence: 'not-delivered' },
    ]);
  });
});

test('a receipt that is lost before it is in its box counts, and the trace says that it was lost', async () => {
  await stage.store.stop();
  const identificativo = await send('Accettazione persa');
  const receipts = () =>
    stage.client.arrival.findMany({ where: { identificativo, kind: 'receipt', tipo: 'presa-in-carico' } });
  await eventually(async () => (await receipts()).length === 1);
  const [row] = await receipts();
  rmSync(join(stage.folder, 'spool', row?.id ?? ''));
  await releaseWork(stage.client);
  await eventually(async () => (await dataOf(service, receiptUnplaced, identificativo)).length === 1);
  expect(await dataOf(service, receiptUnplaced, identificativo)).toMatchObject([
    { tipo: 'presa-in-carico', casella: 'ricevute@inpspec.gov.it', motivo: 'original-lost' },
  ]);
  await stage.store.run();
  await releaseWork(stage.client);
  await quiet(service);
  expect(await stateOf(identificativo)).toBe('delivered');
});

describe('what waits for too long', () => {
  const health = async () => (await (await fetch(`${service.management}/health/ready`)).json()) as HealthReport;
  const check = async (name: string) => (await health()).checks.find((each) => each.name === name);
  const limits = async (identificativo: string) =>
    (await dataOf(service, timeLimitPassed, identificativo)).map(({ limit }) => limit);

  // @rule DUE-ROWS-WATCHED
  test('degrades health after a quarter of an hour, which says how old the oldest row of each kind is', async () => {
    network.fromPcert = 'is-cut';
    const identificativo = await send('Da un quarto di ora');
    await waiting(identificativo, 2);
    await pass(14 * 60_000);
    expect(await check('due-rows')).toMatchObject({ state: 'ok', emission: 840_000, placement: 0, deadline: 0 });
    await pass(60_000);
    expect(await check('due-rows')).toMatchObject({
      state: 'degraded',
      emission: 900_000,
      placement: 0,
      arrival: 900_000,
      deadline: 0,
    });
    const figures = await (await fetch(`${service.management}/metrics`)).text();
    expect(figures).toMatch(/^recapito_oldest_due_seconds\{kind="emission",.*\} 900$/m);
    expect(figures).toMatch(/^recapito_due_rows\{kind="emission",.*\} [1-9]\d*$/m);
    expect(figures).toMatch(/^recapito_due_rows\{kind="placement",.*\} 0$/m);
    expect(figures).toMatch(/^recapito_messages_total\{outcome="accepted",.*\} [1-9]\d*$/m);
    expect(figures).toMatch(/^recapito_delivery_duration_seconds_count\{.*to="mail-store".*\} [1-9]\d*$/m);
    expect(figures).toMatch(/^recapito_signing_duration_seconds_count\{.*\} [1-9]\d*$/m);
    network.fromPcert = 'brings';
    await releaseWork(stage.client);
    await quiet(service);
    expect(await check('due-rows')).toMatchObject({ state: 'ok', emission: 0, arrival: 0 });
  });

  // @rule OVERDUE-ENDS
  test('a receipt is published as overdue once after a day, and given up after five', async () => {
    network.fromPcert = 'is-cut';
    const identificativo = await send('Mai partita');
    await waiting(identificativo, 2);
    await pass(24 * hour);
    await releaseWork(stage.client);
    const overdue = () => dataOf(service, receiptOverdue, identificativo);
    await eventually(async () => {
      await service.app.get(EndOverdue).run();
      expect((await overdue()).map(({ tipo }) => tipo).toSorted()).toEqual(['avvenuta-consegna', 'presa-in-carico']);
    });
    expect((await overdue())[0]).toMatchObject({ gestore: pcert, towards: inps });
    await service.app.get(Deadlines).run();
    expect(await limits(identificativo)).toEqual(['twelve-hours', 'twenty-four-hours']);
    await pass(96 * hour);
    await releaseWork(stage.client);
    await eventually(async () => {
      await service.app.get(EndOverdue).run();
      expect((await dataOf(service, receiptUnplaced, identificativo)).length).toBe(2);
    });
    expect((await dataOf(service, receiptUnplaced, identificativo)).map(({ motivo }) => motivo)).toEqual([
      'non recapitata entro cinque giorni',
      'non recapitata entro cinque giorni',
    ]);
    expect(await overdue()).toHaveLength(2);
    await quiet(service);
    stage.answeredOutside.add(identificativo);
    expect((await factsOf(service, identificativo)).map(({ type }) => type)).toContain('message-delivered');
  });
});

describe('the folder of the spool', () => {
  // @rule SPOOL-OF-DATABASE
  test('of another process is refused at the start: its messages would all be taken for lost', async () => {
    const other = mkdtempSync(join(tmpdir(), 'recapito-other-'));
    try {
      await expect(stage.service({ RECAPITO_FOLDER: other })).rejects.toThrow('spool.mark');
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});
