import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { eventually, memoryDisk } from '@recapito/testing';
import type { MemoryDisk } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { incoherences } from './coherence.ts';
import { factsOf, mail, quiet, submit } from './post.ts';
import { comune, inpsSender, Stage } from './stage.ts';

const stage = new Stage();
let disk: MemoryDisk;
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  disk = await memoryDisk(16);
  stage.onEnd(() => disk.remove());
  stage.storePlace = disk.path;
  await stage.set();
  service = await stage.service();
});
afterAll(() => stage.end());

const line = `${'x'.repeat(62)}\r\n`;
const submitted = async (subject: string, kilobytes: number) =>
  submit(
    service,
    await stage.serviceToken('notification'),
    mail(inpsSender, comune, [`Subject: ${subject}`], line.repeat(kilobytes * 16)),
  );
const delivered = (subject: string) =>
  stage.store.messagesOf(comune).filter((message) => message.includes(`Subject: POSTA CERTIFICATA: ${subject}\r\n`))
    .length;
const waiting = () => stage.client.emission.findMany({ where: { state: 'due', tries: { gt: 0 } } });

let kept: string;

test('what the mail store has no room for is accepted, tried again, and never said not to be delivered', async () => {
  await disk.fill(300);
  const { status, body } = await submitted('Aspetta', 1_024);
  expect([status, body.outcome]).toEqual([201, 'accepted']);
  kept = body.identificativo;
  await eventually(async () => expect(await waiting()).not.toEqual([]));
  expect(delivered('Aspetta')).toBe(0);
  const types = (await factsOf(service, body.identificativo)).map(({ type }) => type);
  expect(types).not.toContain('message-delivered');
  expect(types).not.toContain('message-not-delivered');
});

test('what fits is delivered meanwhile', async () => {
  expect((await submitted('Breve', 1)).status).toBe(201);
  await eventually(() => expect(delivered('Breve')).toBe(1));
});

test('once there is room, all of it is delivered, once, without anybody doing anything', async () => {
  await disk.makeRoom();
  await eventually(() => expect(delivered('Aspetta')).toBe(1));
  await quiet(service);
  expect(delivered('Aspetta')).toBe(1);
  const facts = await factsOf(service, kept);
  expect(facts.filter(({ type }) => type === 'message-delivered')).toHaveLength(1);
  expect(facts.map(({ type }) => type)).not.toContain('message-not-delivered');
  expect(incoherences(facts)).toEqual([]);
});

test('what comes while it may only be read waits as well, and is delivered once when it may be written to', async () => {
  await disk.readOnly(true);
  const { status, body } = await submitted('Sola lettura', 1);
  expect([status, body.outcome]).toEqual([201, 'accepted']);
  await eventually(async () => expect(await waiting()).not.toEqual([]));
  expect(delivered('Sola lettura')).toBe(0);
  await disk.readOnly(false);
  await eventually(() => expect(delivered('Sola lettura')).toBe(1));
  await quiet(service);
  expect(delivered('Sola lettura')).toBe(1);
  const types = (await factsOf(service, body.identificativo)).map(({ type }) => type);
  expect(types).not.toContain('message-not-delivered');
});
