import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureTopics } from '@recapito/messaging';
import type { RunningService } from '@recapito/platform';
import { deleteTopics, eventually, servers } from '@recapito/testing';
import { releaseWork } from '../src/persistence/arrival.store.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { factsOf, mail, submit } from './post.ts';
import { anna, closed, comune, full, inAugust, inpsSender, mario, Stage } from './stage.ts';

const stage = new Stage();
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  await stage.set();
});
afterAll(() => stage.end());

/** The broker loses the directory; its topic is made again, empty. */
async function loseTheDirectory(): Promise<void> {
  await deleteTopics(stage, ['mailbox.directory.v1']);
  await ensureTopics(servers().kafkaBrokers, stage.namespace, ['mailbox.directory.v1']);
}

test('a service that starts beside an empty directory tells nobody that a box does not exist', async () => {
  await loseTheDirectory();
  service = await stage.service();
  const notification = await stage.serviceToken('notification');
  const { status, body } = await submit(
    service,
    notification,
    mail(inpsSender, anna.box, ['Subject: Dopo la perdita']),
  );
  expect(status).toBe(201);
  const gateIsClosed = () =>
    stage.look<string>('/metrics').then(({ body }) => /^recapito_mail_gate_closed\{.*\} (\d)$/m.exec(body)?.[1]);
  expect(await gateIsClosed()).toBe('1');
  const fromMario = await submit(service, await stage.citizenToken(mario.holder, 'pin'), mail(mario.box, comune, []));
  expect(fromMario.status).toBe(503);
  await eventually(async () => {
    const failed = await stage.client.emission.count({ where: { failedAt: { not: null } } });
    expect(failed).toBeGreaterThan(0);
  });
  await stage.listBox(mario, 'inps-trial', 'active', 1);
  await stage.listBox(anna, 'cec-pac', 'active', 1);
  await stage.listBox(closed, 'cec-pac', 'withdrawn', 1);
  await stage.listBox(full, 'cec-pac', 'active', 1);
  await stage.sayCensus(inAugust);
  await eventually(async () => {
    await releaseWork(stage.client);
    const facts = await factsOf(service, body.identificativo);
    const outcomes = facts.map(({ type }) => type).filter((type) => type.endsWith('delivered'));
    expect(outcomes).toEqual(['message-delivered']);
  });
  expect(await gateIsClosed()).toBe('0');
});
