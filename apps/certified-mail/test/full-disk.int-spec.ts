import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { eventually, memoryDisk } from '@recapito/testing';
import type { MemoryDisk } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { incoherences } from './coherence.ts';
import { factsOf, mail, quiet, submit } from './post.ts';
import { comune, inpsSender, mario, Stage } from './stage.ts';

const stage = new Stage();
let disk: MemoryDisk;
let service: RunningService<PrismaClient>;
let notification: string;

beforeAll(async () => {
  disk = await memoryDisk(16);
  stage.onEnd(() => disk.remove());
  await stage.set();
  service = await stage.service({ RECAPITO_FOLDER: disk.path });
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(() => stage.end());

/** A message of so many kilobytes, in lines as mail has them. */
const large = (subject: string, to: string, kilobytes: number) =>
  mail(inpsSender, to, [`Subject: ${subject}`], `${'x'.repeat(62)}\r\n`.repeat(kilobytes * 16));

const spooled = () => readdirSync(join(disk.path, 'spool'));

function delivered(subject: string, box: string): number {
  const line = `Subject: POSTA CERTIFICATA: ${subject}\r\n`;
  return stage.store.messagesOf(box).filter((message) => message.includes(line)).length;
}

describe('the spool on a full disk', () => {
  test('a message that does not fit is not taken: the sender is asked to come again, and nothing of it stays', async () => {
    await disk.fill(200);
    const response = await fetch(`${service.url}/submissions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${notification}`,
        'content-type': 'message/rfc822',
        'idempotency-key': 'too-large',
        'accept-language': 'it',
      },
      body: large('Non ci sta', comune, 1_024),
    });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({
      type: 'service/unavailable',
      detail: 'Il servizio non può rispondere in questo momento. Riprovare tra poco.',
    });
    expect(spooled()).toEqual([]);
    expect(await factsOf(service)).toEqual([]);
  });

  test('one that fits is taken all the same, and delivered', async () => {
    const { status } = await submit(service, notification, large('Ci sta', comune, 4));
    expect(status).toBe(201);
    await eventually(() => delivered('Ci sta', comune) === 1);
    await quiet(service);
  });

  test('once there is room, the same request is taken once, however often it is repeated', async () => {
    await disk.makeRoom();
    const text = large('Non ci sta', comune, 1_024);
    const first = await submit(service, notification, text, { key: 'too-large' });
    const again = await submit(service, notification, text, { key: 'too-large' });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body.identificativo).toBe(first.body.identificativo);
    await quiet(service);
    expect(delivered('Non ci sta', comune)).toBe(1);
    const facts = await factsOf(service, first.body.identificativo);
    expect(facts.filter(({ type }) => type === 'message-accepted')).toHaveLength(1);
    expect(incoherences(facts)).toEqual([]);
  });

  test('a message that was accepted while the disk filled up waits, and is delivered once when there is room', async () => {
    // There is room for what the sender hands in, and none for what the recipient's side would keep of it.
    await disk.fill(1_500);
    const { status, body } = await submit(service, notification, large('Aspetta', mario.box, 1_024));
    expect([status, body.outcome]).toEqual([201, 'accepted']);
    await eventually(async () => {
      const [row] = await stage.client.emission.findMany({ where: { state: 'due', kind: 'posta-certificata' } });
      expect(row?.tries).toBeGreaterThan(0);
    });
    expect(delivered('Aspetta', mario.box)).toBe(0);
    // What is tried again and again leaves nothing behind.
    await eventually(() => expect(spooled()).toEqual([body.identificativo]));
    await disk.makeRoom();
    await eventually(() => delivered('Aspetta', mario.box) === 1);
    await quiet(service);
    const facts = await factsOf(service, body.identificativo);
    expect(facts.map(({ type }) => type)).not.toContain('message-not-delivered');
    expect(incoherences(facts)).toEqual([]);
    expect(spooled()).toEqual([]);
  });
});

describe('the spool on a disk that may only be read', () => {
  test('asks senders to come again; once it may be written to, the same request is taken once and delivered', async () => {
    await disk.readOnly(true);
    const text = large('Sola lettura', comune, 4);
    const refused = await submit(service, notification, text, { key: 'read-only' });
    expect(refused).toMatchObject({ status: 503, body: { type: 'service/unavailable' } });
    await disk.readOnly(false);
    const { status, body } = await submit(service, notification, text, { key: 'read-only' });
    expect(status).toBe(201);
    await eventually(() => delivered('Sola lettura', comune) === 1);
    await quiet(service);
    expect(delivered('Sola lettura', comune)).toBe(1);
    expect(incoherences(await factsOf(service, body.identificativo))).toEqual([]);
  });
});
