import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Lmtp } from '../src/dovecot/lmtp.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import type { RunningService } from '@recapito/platform';
import { eventually } from '@recapito/testing';
import { MailStore } from './mail-store.ts';
import { mail, quiet, submit } from './post.ts';
import { anna, comune, Stage } from './stage.ts';

const letter = (subject: string) =>
  Buffer.from(`Message-ID: <sempre.lo.stesso@altrove.example>\r\nSubject: ${subject}\r\n\r\nTesto.\r\n`);
const from = 'posta-certificata@gestore-enti.example';
const delivery = () => randomBytes(16).toString('hex');

describe('the mail store', () => {
  const plain = 'ufficio@pec.comune.example';
  const plus = 'ufficio+protocollo@pec.comune.example';
  const small = 'piccola@pec.comune.example';
  let store: MailStore;
  let lmtp: Lmtp;

  beforeAll(async () => {
    store = await MailStore.start([plain, plus], [small]);
    lmtp = new Lmtp({ host: '127.0.0.1', port: store.port, connections: 2 });
  });

  afterAll(async () => {
    lmtp.close();
    await store.remove();
  });

  const put = (recipient: string, storeId: string, subject: string) =>
    lmtp.deliver({ reversePath: from, recipient, storeId, bytes: letter(subject) });
  const subjectsIn = (box: string) =>
    store.messagesOf(box).map((each) => /^Subject: (.*)\r$/m.exec(each.toString('latin1'))?.[1]);

  // @rule STORE-ONCE
  test('stores two messages that bear one Message-ID, and a delivery that is tried again once', async () => {
    const [one, two] = [delivery(), delivery()];
    for (const [id, subject] of [
      [one, 'prima'],
      [two, 'seconda'],
      [one, 'prima'],
      [two, 'seconda'],
    ] as const)
      expect(await put(plain, id, subject)).toEqual({ stored: true });
    expect(subjectsIn(plain)).toEqual(['prima', 'seconda']);
  });

  test('puts what is for a box with a plus in its name into that box, with the bytes that came', async () => {
    expect(await put(plus, delivery(), 'con il più')).toEqual({ stored: true });
    const [stored, ...more] = store.messagesOf(plus);
    expect(more).toEqual([]);
    expect(stored?.toString('latin1')).toBe(`Return-Path: <${from}>\r\n${letter('con il più').toString('latin1')}`);
    expect(subjectsIn(plain)).not.toContain('con il più');
  });

  test('does not remember a delivery that found no room', async () => {
    const id = delivery();
    expect(await put(small, id, 'lungo '.repeat(60))).toMatchObject({ stored: false, code: '5.2.2' });
    await store.stop();
    store.empty(small);
    await store.run();
    expect(await put(small, id, 'lungo '.repeat(60))).toEqual({ stored: true });
    expect(store.messagesOf(small)).toHaveLength(1);
  });
});

describe('the ids that are ours alone', () => {
  const stage = new Stage();
  let service: RunningService<PrismaClient>;

  beforeAll(async () => {
    await stage.set();
    service = await stage.service();
  });

  afterAll(() => stage.end());

  // @rule STORE-ONCE
  test('are 128 bits that no two deliveries share, whatever a restore does to the numbers of rows', async () => {
    const token = await stage.citizenToken(anna.holder, 'enrolment');
    for (const subject of ['Uno', 'Due']) {
      await submit(service, token, mail(anna.box, comune, [`Subject: ${subject}`]));
      await quiet(service);
    }
    const placements = await stage.client.placement.findMany();
    const emissions = await stage.client.emission.findMany();
    const ids = [...placements, ...emissions].map(({ storeId }) => storeId);
    expect(ids.length).toBeGreaterThan(8);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  // @rule SUBMISSION-OWN-ID
  test('of messages are never those of a row that is there: the sender is asked to come again, and another one is drawn', async () => {
    const token = await stage.citizenToken(anna.holder, 'enrolment');
    const before = await submit(service, token, mail(anna.box, comune, ['Subject: Prima']));
    const [, head = '', serial = '', domain = ''] =
      /^(pec1\.\d{14}\.)(\d+)@(.*)$/.exec(before.body.identificativo) ?? [];
    await quiet(service);
    const squatted = Array.from(
      { length: 20 },
      (_, nth) => `${head}${String(Number(serial) + nth + 1).padStart(5, '0')}@${domain}`,
    );
    const known = await stage.client.message.findUniqueOrThrow({
      where: { identificativo: before.body.identificativo },
    });
    for (const identificativo of squatted)
      await stage.client.message
        .create({ data: { identificativo, certified: known.certified ?? {}, knownAt: known.knownAt } })
        .catch(() => undefined);
    const { body } = await eventually(async () => {
      const answered = await submit(service, token, mail(anna.box, comune, ['Subject: Dopo']));
      return answered.status === 201 && answered;
    });
    await quiet(service);
    expect(body.outcome).toBe('accepted');
    expect(squatted).not.toContain(body.identificativo);
    const delivered = stage.store
      .messagesOf(comune)
      .filter((each) => each.includes('Subject: POSTA CERTIFICATA: Dopo'));
    expect(delivered).toHaveLength(1);
  });
});
