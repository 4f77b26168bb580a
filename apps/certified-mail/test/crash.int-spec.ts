import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { eventually, freePort } from '@recapito/testing';
import type { SpecProcess } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { incoherences } from './coherence.ts';
import { factsOf, mail, quiet, submit } from './post.ts';
import { comune, inpsSender, mario, Stage } from './stage.ts';

const child = new URL('./children/held-at.ts', import.meta.url);
const stage = new Stage();
let notification: string;

beforeAll(async () => {
  await stage.set();
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(() => stage.end());

function withSubject(subject: string, box: string): number {
  const line = `Subject: POSTA CERTIFICATA: ${subject}\r\n`;
  return stage.store.messagesOf(box).filter((message) => message.includes(line)).length;
}

describe('a process killed after the mail store has answered 250 and before anything is recorded', () => {
  let held: SpecProcess;
  let service: RunningService<PrismaClient>;

  test('leaves a message in the box and no fact of its delivery', async () => {
    const port = await freePort();
    held = await stage.program(child, { RECAPITO_PORT: String(port), SPEC_HELD_AT: 'stored' });
    await held.line('ready');
    const text = mail(inpsSender, mario.box, ['Subject: Una sola', 'Message-ID: <crash@notification>']);
    const { status } = await submit(
      Object.assign(Object.create(null), { url: `http://127.0.0.1:${port}` }),
      notification,
      text,
    );
    expect(status).toBe(201);
    await held.line('at stored');
    await eventually(() => withSubject('Una sola', mario.box) === 1);
    await held.kill();
  });

  // @rule DELIVERY-ONE-OUTCOME
  test('is taken up by the next one: the message is there once, with one receipt and one outcome', async () => {
    service = await stage.service();
    await quiet(service);
    expect(withSubject('Una sola', mario.box)).toBe(1);
    const facts = await factsOf(service);
    expect(incoherences(facts)).toEqual([]);
    expect(facts.filter(({ type }) => type === 'message-delivered')).toHaveLength(1);
    const receipts = stage.store
      .messagesOf(inpsSender)
      .filter((each) => each.includes('X-Ricevuta: avvenuta-consegna'));
    expect(receipts).toHaveLength(1);
  });

  test('and a client that lost the answer gets the same id again', async () => {
    const [fact] = await factsOf(service);
    const text = mail(inpsSender, mario.box, ['Subject: Una sola', 'Message-ID: <crash@notification>']);
    const { body } = await submit(service, notification, text);
    expect(body.identificativo).toBe(fact?.key);
  });

  test('while the mail store is away, what was accepted waits, and is delivered when it is back', async () => {
    await stage.store.stop();
    const { body } = await submit(service, notification, mail(inpsSender, comune, ['Subject: Piu tardi']));
    expect(body.outcome).toBe('accepted');
    await eventually(async () => {
      const report = (await (await fetch(`${service.management}/health/ready`)).json()) as {
        checks: { name: string; state: string }[];
      };
      expect(report.checks.find(({ name }) => name === 'mail-store')?.state).toBe('degraded');
    });
    expect((await factsOf(service, body.identificativo)).map(({ type }) => type)).not.toContain(
      'message-not-delivered',
    );
    await stage.store.run();
    await eventually(() => withSubject('Piu tardi', comune) === 1 && stage.store.messagesOf(comune).length === 1);
    await quiet(service);
    expect(incoherences(await factsOf(service, body.identificativo))).toEqual([]);
  });
});
