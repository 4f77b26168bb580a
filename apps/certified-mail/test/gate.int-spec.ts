import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { calendarArmed, directoryRecord } from '@recapito/contracts';
import { DirectPublisher } from '@recapito/messaging';
import type { ServiceConnection } from '@recapito/messaging';
import { Health, serviceLogger, Unavailable } from '@recapito/platform';
import { derivedId } from '@recapito/primitives';
import { eventually, ownServers, servers } from '@recapito/testing';
import type { OwnServers } from '@recapito/testing';
import { MailGate } from '../src/gate/mail-gate.ts';
import type { Installation } from '../src/programme/installation.ts';
import { comune, inAugust, mario, shippedCalendar, Stage } from './stage.ts';

const logger = serviceLogger('spec', 'silent');
const stage = new Stage();
let installation: Installation;

beforeAll(async () => {
  await stage.set();
  installation = await stage.installation();
}, 60_000);
afterAll(() => stage.end());

function watched() {
  return { health: new Health(), clockGuard: { makeSure: () => undefined } };
}

function connectionTo(brokers: readonly string[], namespace = ''): ServiceConnection {
  return { service: 'certified-mail', brokers, namespace, logger };
}

describe('the mail gate', () => {
  test('guesses nothing before it has read the directory whole; its own programme it knows', () => {
    const gate = new MailGate(installation, connectionTo(['127.0.0.1:9']), watched());
    expect(() => gate.box(mario.box)).toThrow(Unavailable);
    expect(gate.box(comune)).toEqual({ kind: 'own', use: 'body' });
    expect(gate.check()).toMatchObject({ state: 'degraded' });
  });

  test('is sure before anybody is told no: it has read what was said of a box before the question', async () => {
    const gate = new MailGate(installation, connectionTo(servers().kafkaBrokers, stage.namespace), watched());
    await gate.onServiceStart();
    const late = { holder: derivedId('spec-holder', 'late'), box: 'late.arrival@postacertificata.gov.it' };
    await stage.listBox(late, 'cec-pac', 'reserved', 1);
    await gate.makeSure([late.box]);
    expect(gate.box(late.box)).toMatchObject({ state: 'reserved' });
    await stage.listBox(late, 'cec-pac', 'active', 2);
    await gate.makeSure([comune, late.box]);
    expect(gate.box(late.box)).toMatchObject({ state: 'active' });
    await gate.onModuleDestroy();
  });

  describe('whose broker goes away', () => {
    let own: OwnServers;
    beforeAll(async () => {
      own = await ownServers('kafka');
    }, 60_000);
    afterAll(() => own.remove());

    test('answers from what it knows while that is fresh, and then not at all', async () => {
      const connection = connectionTo((own.servers.environment['RECAPITO_KAFKA_BROKERS'] ?? '').split(','));
      const publisher = new DirectPublisher({ ...connection, service: 'mailbox' });
      const box = { box: derivedId('spec-box', mario.box), address: mario.box, service: 'inps-trial' };
      const data = { holder: mario.holder, boxes: [{ ...box, state: 'active' as const, partner: null }] };
      await publisher.publish(directoryRecord, { key: mario.holder, sequence: 1, time: inAugust, data });
      const calendar = shippedCalendar('inps-trial');
      await publisher.publish(calendarArmed, { key: calendar.service, sequence: 1, time: inAugust, data: calendar });
      const gate = new MailGate(installation, connection, watched(), 1_000);
      await gate.onServiceStart();
      expect(gate.box(mario.box)).toMatchObject({ kind: 'held', state: 'active' });
      await own.servers.kill('kafka', 'SIGKILL');
      await expect(gate.makeSure([mario.box])).resolves.toBeUndefined();
      await expect(gate.makeSure(['unheard-of@inpspec.gov.it'])).rejects.toThrow(Unavailable);
      await eventually(() => expect(() => gate.box(mario.box)).toThrow(Unavailable), { withinMs: 20_000 });
      expect(gate.check()).toMatchObject({ state: 'degraded', boxes: 1, 'calendar:inps-trial': 1 });
      await gate.onModuleDestroy();
      await publisher.close();
    }, 60_000);
  });
});
