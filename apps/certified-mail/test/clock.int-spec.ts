import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { HealthReport, RunningService } from '@recapito/platform';
import { eventually, TimeServer } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { ClockGuard } from '../src/time/clock-guard.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { sendMail } from './mail-client.ts';
import { bring, sealedEnvelope } from './peer.ts';
import { factsOf, mail, quiet, submit } from './post.ts';
import { comune, inpsSender, mario, Stage } from './stage.ts';

// A process of its own has to load all that it runs on.
const stage = new Stage();
let service: RunningService<PrismaClient>;
let notification: string;
let time: TimeServer;

beforeAll(async () => {
  const identity = new IdentityStandIn().knows('rssmra80a01h501u', 'inps-trial', mario.holder);
  await stage.asks(identity);
  await stage.set();
  time = await TimeServer.open({ aheadMs: 0 });
  stage.onEnd(async () => time.close());
  const { host, port } = time.source;
  service = await stage.service({ RECAPITO_TIME_SOURCES: `${host}:${port}` });
  notification = await stage.serviceToken('notification');
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(() => stage.end());

/** The time sources say so from now on, and the service has asked them. */
async function told(aheadMs: number): Promise<void> {
  time.telling = { aheadMs };
  await service.app.get(ClockGuard).ask();
}

async function clockInHealth(): Promise<unknown> {
  const { checks } = (await (await fetch(`${service.management}/health/ready`)).json()) as HealthReport;
  return checks.find(({ name }) => name === 'system-clock');
}

function letters(subject: string): number {
  const envelope = `Subject: POSTA CERTIFICATA: ${subject}\r\n`;
  return stage.store.messagesOf(mario.box).filter((each) => each.includes(envelope)).length;
}

const letter = (subject: string) => mail(inpsSender, mario.box, [`Subject: ${subject}`]);
/** What another provider brings for Mario, and the last reply to it. */
async function broughtFor(subject: string): Promise<string | undefined> {
  const installation = service.app.get(Installation);
  const envelope = { from: comune, to: mario.box, subject, number: 1 };
  const content = await sealedEnvelope(installation, 'Gestore PEC degli Enti', envelope);
  const { port } = service.app.get(IncomingPoint).state;
  return (await bring(port, { from: comune, to: [mario.box], content })).at(-1);
}

const fromMario = { from: mario.box, to: [comune], raw: mail(mario.box, comune, ['Subject: Istanza']) };

// @rule CLOCK-ONE-SECOND
describe('while the system clock is two seconds off its sources', () => {
  beforeAll(async () => {
    await stage.store.stop();
    expect((await submit(service, notification, letter('Prima'))).status).toBe(201);
    await told(2_000);
    await stage.store.run();
  });

  test('health says so, and the service answers', async () => {
    expect(await clockInHealth()).toMatchObject({ state: 'degraded', clock: 'wrong' });
    expect((await fetch(`${service.management}/health/ready`)).status).toBe(200);
  });

  test('nobody’s message is taken: they are asked to come again', async () => {
    expect((await submit(service, notification, letter('Durante'))).status).toBe(503);
    expect(await sendMail(stage, service, { user: 'rssmra80a01h501u' }, fromMario)).toMatchObject({ code: 451 });
  });

  test('nothing is taken in charge: another provider is asked to come again', async () => {
    expect(await broughtFor('Da altri')).toMatch(/^451 4\.3\.0 /);
    expect((await factsOf(service)).filter(({ type }) => type === 'taken-in-charge')).toEqual([]);
  });

  test('what was accepted before rests, though there is nothing else in its way', async () => {
    await expect(eventually(() => letters('Prima') > 0, { withinMs: 3_000 })).rejects.toThrow();
  });

  describe('and then is right again', () => {
    beforeAll(() => told(0));

    test('what rested goes its way, once', async () => {
      await quiet(service);
      expect([letters('Prima'), letters('Durante')]).toEqual([1, 0]);
      expect(await clockInHealth()).toMatchObject({ state: 'ok', clock: 'right' });
    });

    test('messages are taken as before', async () => {
      expect((await submit(service, notification, letter('Durante'))).status).toBe(201);
      expect(await sendMail(stage, service, { user: 'rssmra80a01h501u' }, fromMario)).toMatchObject({ code: 250 });
      expect(await broughtFor('Da altri')).toBe('250 2.6.0 preso in carico');
      await quiet(service);
      expect([letters('Durante'), letters('Da altri')]).toEqual([1, 1]);
    });
  });
});
