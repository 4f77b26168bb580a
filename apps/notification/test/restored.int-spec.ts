import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { communicationAsked } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { after } from '@recapito/primitives';
import { allPublished, decideToGoOn, eventually, recordsOf, restoreState, untilWentBack } from '@recapito/testing';
import { communicationId, messageIdOf, submissionKey } from '../src/domain/communication.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { announcer, august, Stage } from './stage.ts';

const stage = new Stage();
const nextDay = after(august, 24 * 3_600_000);

const announcementOf = (move: string, generation = 1) => communicationId('announcement', move, generation);
/** Moves whose announcement was asked: before the backup; in the time that is forgotten; and then delivered; refused; not yet sent. */
const [known, submitted, delivered, failed, waiting] = Array.from({ length: 5 }, () => randomUUID()) as [
  string,
  string,
  string,
  string,
  string,
];
const pin = randomUUID();

let notification: RunningService<PrismaClient>;
let rows: unknown[];
let published: number;
let letters: string[];

const comesTo = async (id: string, state: string) =>
  eventually(async () => expect((await stage.row(id)).state).toBe(state));

/** Certified-mail says what became of an announcement. */
async function tell(what: 'delivered' | 'not-delivered', move: string): Promise<void> {
  const id = announcementOf(move);
  const key = submissionKey({ id, generation: 1 });
  const identificativo = stage.certifiedMail.taken.find((message) => message.key === key)?.identificativo ?? 'none';
  await stage.tellOfMessage(what, { identificativo, msgid: messageIdOf({ id, generation: 1 }, announcer) });
}

/** What is the same after a restore: all but tries, and the trace of what asked. */
async function allRows(): Promise<unknown[]> {
  const all = await stage.client.communication.findMany({ orderBy: { id: 'asc' } });
  return all.map((row) => ({ ...row, attempts: 0, nextTryAt: null, hindrance: null, traceparent: '' }));
}

/** Every letter and text message that was captured, with when it was written. */
function captured(): string[] {
  const folder = join(stage.folder, 'captured');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return files.filter((file) => statSync(file).isFile()).map((file) => `${file} ${statSync(file).mtimeMs}`);
}

const recordCount = async () => (await recordsOf(stage, communicationAsked.topic)).length;

beforeAll(async () => {
  notification = await stage.open(august);
  await stage.announce(known);
  await comesTo(announcementOf(known), 'submitted');
  await allPublished(stage);
  await stage.stop();
  const putBack = await stage.backUp();
  notification = await stage.start();
  await notification.ready;
  for (const move of [submitted, delivered, failed]) await stage.announce(move);
  for (const move of [submitted, delivered, failed]) await comesTo(announcementOf(move), 'submitted');
  for (const move of [known, delivered]) await tell('delivered', move);
  await tell('not-delivered', failed);
  await comesTo(announcementOf(known), 'delivered');
  await comesTo(announcementOf(delivered), 'delivered');
  await comesTo(announcementOf(failed), 'failed');
  await stage.issuePin(pin);
  for (const kind of ['pin-first-half', 'pin-second-half'] as const)
    await comesTo(communicationId(kind, pin, 1), 'delivered');
  stage.certifiedMail.mood = 'faulty';
  await stage.announce(waiting);
  await eventually(async () => (await stage.row(announcementOf(waiting))).attempts > 0);
  await allPublished(stage);
  await stage.stop();
  stage.certifiedMail.mood = 'takes';
  rows = await allRows();
  published = await recordCount();
  letters = captured();
  await putBack();
  // Certified-mail says this while notification is away.
  await tell('delivered', submitted);
  await stage.setClock(nextDay);
  notification = await stage.start();
  await untilWentBack(stage);
});

afterAll(() => stage.end());

describe('notification whose database was put back', () => {
  test('sends nothing before an operator has decided', async () => {
    expect((await stage.call('GET', '/communications', { as: 'operator' })).status).toBe(503);
    expect(stage.certifiedMail.taken).toHaveLength(4);
    expect(await stage.client.communication.count()).toBe(1);
  });

  // @rule COMMUNICATION-REBUILT
  test('then has every communication with its instants, and sends none of them a second time', async () => {
    const requests = stage.certifiedMail.requests;
    await decideToGoOn(stage, notification);
    await comesTo(announcementOf(waiting), 'submitted');
    await comesTo(announcementOf(submitted), 'delivered');
    await eventually(async () => expect(await restoreState(stage)).toMatchObject({ forgotten: 0 }));
    const changed = [announcementOf(waiting), announcementOf(submitted)] as string[];
    const unchanged = (all: unknown[]) => all.filter((row) => !changed.includes((row as { id: string }).id));
    await eventually(async () => expect(unchanged(await allRows())).toEqual(unchanged(rows)));
    expect(await stage.row(announcementOf(submitted))).toMatchObject({
      askedAt: new Date(august),
      submittedAt: new Date(august),
      endedAt: new Date(nextDay),
    });
    expect(await stage.row(announcementOf(waiting))).toMatchObject({
      askedAt: new Date(august),
      submittedAt: new Date(nextDay),
    });
    expect(stage.certifiedMail.requests).toBe(requests + 1);
    expect(stage.certifiedMail.taken).toHaveLength(5);
    expect(captured()).toEqual(letters);
  });

  test('says what is new, and nothing again', async () => {
    await allPublished(stage);
    expect(await recordCount()).toBe(published + 2);
  });
});
