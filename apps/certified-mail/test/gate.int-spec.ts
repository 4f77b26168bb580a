import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { calendarArmed, directoryRecord } from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import { Brokers, DirectPublisher, ensureTopics } from '@recapito/messaging';
import type { ServiceConnection } from '@recapito/messaging';
import { Health, serviceLogger, Unavailable } from '@recapito/platform';
import { derivedId } from '@recapito/primitives';
import {
  brokerItself,
  brokersAs,
  deleteTopics,
  eventually,
  namespace,
  ownServers,
  servers,
  SpokenDirectory,
} from '@recapito/testing';
import type { OwnServers } from '@recapito/testing';
import { MailGate } from '../src/gate/mail-gate.ts';
import { MostBoxes } from '../src/gate/most-boxes.ts';
import type { Installation } from '../src/programme/installation.ts';
import { comune, inAugust, mario, shippedCalendar, Stage } from './stage.ts';

const logger = serviceLogger('spec', 'silent');
const stage = new Stage();
let installation: Installation;

beforeAll(async () => {
  await stage.set();
  installation = await stage.installation();
});
afterAll(() => stage.end());

function watched(mostBoxes = new MostBoxes(fileOfBoxes())) {
  return { health: new Health(), clockGuard: { ensureReliable: () => undefined }, mostBoxes };
}

function fileOfBoxes(): string {
  return join(mkdtempSync(join(tmpdir(), 'recapito-gate-')), 'most-boxes.json');
}

function connectionTo(brokers: Brokers, namespace = ''): ServiceConnection {
  return { service: 'certified-mail', brokers, namespace, logger };
}

describe('the mail gate', () => {
  // @rule GATE-CENSUS
  test('guesses nothing before it has read the directory whole; its own programme it knows', () => {
    const gate = new MailGate(installation, connectionTo(new Brokers(['127.0.0.1:9'])), watched());
    expect(() => gate.box(mario.box)).toThrow(Unavailable);
    expect(gate.box(comune)).toEqual({ kind: 'own', use: 'body' });
    expect(gate.check()).toMatchObject({ state: 'degraded' });
  });

  // @rule GATE-SURE-OF-NO
  test('is sure before anybody is told no: it has read what was said of a box before the question', async () => {
    const gate = new MailGate(installation, connectionTo(servers().kafkaBrokers, stage.namespace), watched());
    await gate.onServiceStart();
    const late = { holder: derivedId('spec-holder', 'late'), box: 'late.arrival@postacertificata.gov.it' };
    await stage.listBox(late, 'cec-pac', 'reserved', 1);
    await gate.ensureCurrent([late.box]);
    expect(gate.box(late.box)).toMatchObject({ state: 'reserved' });
    await stage.listBox(late, 'cec-pac', 'active', 2);
    await gate.ensureCurrent([comune, late.box]);
    expect(gate.box(late.box)).toMatchObject({ state: 'active' });
    await gate.onModuleDestroy();
  });

  describe('whose directory was lost', () => {
    /** A topic of its own, and mailbox that says of mario's box and ten others what it is. */
    const lost = () => {
      const connection = connectionTo(servers().kafkaBrokers, namespace());
      const publisher = new DirectPublisher({ ...connection, service: 'mailbox' });
      const calendar = shippedCalendar('inps-trial');
      const spoken = new SpokenDirectory();
      const say = <Data>(definition: EventDefinition<Data>, key: string, data: Data, sequence: number) =>
        publisher.publish(definition, { key, sequence, time: inAugust, data });
      return {
        connection,
        publisher,
        count: () => spoken.count(),
        sayCensus: (census = spoken.count()) => spoken.sayCensus(say, census),
        begin: async () => {
          await ensureTopics(connection.brokers, connection.namespace, [directoryRecord.topic, calendarArmed.topic]);
          const about = { key: calendar.service, sequence: 1, time: inAugust, data: calendar };
          await publisher.publish(calendarArmed, about);
        },
        state: async (boxes: readonly string[]) => {
          for (const address of boxes) {
            const holder = derivedId('spec-holder', address);
            const box = { box: derivedId('spec-box', address), address, service: 'inps-trial' };
            const data = { holder, boxes: [{ ...box, state: 'active' as const, partner: null }] };
            spoken.note(directoryRecord, holder, data, 1);
            await say(directoryRecord, holder, data, 1);
          }
        },
        lose: async () => {
          await deleteTopics(connection, [directoryRecord.topic]);
          await ensureTopics(connection.brokers, connection.namespace, [directoryRecord.topic]);
        },
      };
    };
    const eleven = [mario.box, ...Array.from({ length: 10 }, (_, nth) => `other.${nth}@inpspec.gov.it`)];

    // @rule GATE-NEVER-SHRINKS
    test('believes no directory that holds fewer boxes than it knew, when it starts: nobody has no box', async () => {
      const { connection, publisher, begin, state, lose, sayCensus } = lost();
      const file = fileOfBoxes();
      await begin();
      await state(eleven);
      await sayCensus();
      const before = new MailGate(installation, connection, watched(new MostBoxes(file)));
      await before.onServiceStart();
      expect(before.box('unheard-of@inpspec.gov.it')).toBeUndefined();
      await before.onModuleDestroy();
      await lose();
      const gate = new MailGate(installation, connection, watched(new MostBoxes(file)), { firstLookMs: 100 });
      await gate.onServiceStart();
      const answersNobody = () => {
        for (const address of [mario.box, 'unheard-of@inpspec.gov.it'])
          expect(() => gate.box(address)).toThrow(Unavailable);
      };
      answersNobody();
      expect(gate.check()).toMatchObject({ state: 'degraded', boxes: 0, boxesKnownBefore: 11 });
      // Mailbox works with an empty database: it says so, and the empty topic agrees with it.
      await sayCensus({ holders: 0, boxes: 0, digest: '0'.repeat(64), calendars: {} });
      await eventually(() => expect(gate.check()).toMatchObject({ census: 2, boxesByCensus: 0 }));
      answersNobody();
      await state(eleven);
      await eventually(() => expect(gate.check()).toMatchObject({ boxes: 11 }));
      answersNobody();
      await sayCensus();
      await eventually(() => expect(gate.box(mario.box)).toMatchObject({ state: 'active' }));
      expect(gate.check()).toMatchObject({ state: 'ok', boxes: 11 });
      expect(gate.box('unheard-of@inpspec.gov.it')).toBeUndefined();
      await gate.onModuleDestroy();
      await publisher.close();
      rmSync(join(file, '..'), { recursive: true });
    });

    // @rule READER-SHRUNK
    test('while it runs, is sure of nobody until mailbox has said what the directory holds', async () => {
      const { connection, publisher, begin, state, lose, sayCensus } = lost();
      await begin();
      await state(eleven);
      await sayCensus();
      const gate = new MailGate(installation, connection, watched());
      await gate.onServiceStart();
      await eventually(() => expect(gate.check()).toMatchObject({ state: 'ok', boxes: 11 }));
      await lose();
      await eventually(() => expect(gate.ensureCurrent(['unheard-of@inpspec.gov.it'])).rejects.toThrow(Unavailable));
      await eventually(() => expect(() => gate.box('unheard-of@inpspec.gov.it')).toThrow(Unavailable));
      await state(eleven.slice(1));
      await sayCensus();
      await eventually(() => expect(gate.box(mario.box)).toMatchObject({ state: 'active' }));
      expect(gate.box('unheard-of@inpspec.gov.it')).toBeUndefined();
      await gate.onModuleDestroy();
      await publisher.close();
    });

    // @rule GATE-CENSUS
    test('which a release before this one has written, answers nobody until mailbox has said what it holds', async () => {
      const { connection, publisher, begin, state, sayCensus } = lost();
      await begin();
      await state(eleven);
      const gate = new MailGate(installation, connection, watched(), { firstLookMs: 100 });
      await gate.onServiceStart();
      await expect(gate.ensureCurrent(['unheard-of@inpspec.gov.it'])).resolves.toBeUndefined();
      expect(() => gate.box('unheard-of@inpspec.gov.it')).toThrow(Unavailable);
      expect(() => gate.opens(mario.box, derivedId('spec-holder', mario.box), 'inps-trial')).toThrow(Unavailable);
      await sayCensus();
      await eventually(() => expect(gate.box('unheard-of@inpspec.gov.it')).toBeUndefined());
      expect(gate.opens(mario.box, derivedId('spec-holder', mario.box), 'inps-trial')).toBe(true);
      await gate.onModuleDestroy();
      await publisher.close();
    });

    test('knows boxes that were opened after the census, also after a restart', async () => {
      const { connection, publisher, begin, state, sayCensus } = lost();
      const file = fileOfBoxes();
      await begin();
      await state(eleven);
      await sayCensus();
      const before = new MailGate(installation, connection, watched(new MostBoxes(file)));
      await before.onServiceStart();
      await state(['opened.later@inpspec.gov.it']);
      await eventually(() => expect(readFileSync(file, 'utf8')).toBe('{"boxes":12,"counted":11}\n'));
      expect(before.box('opened.later@inpspec.gov.it')).toMatchObject({ state: 'active' });
      await before.onModuleDestroy();
      const gate = new MailGate(installation, connection, watched(new MostBoxes(file)));
      await gate.onServiceStart();
      expect(gate.box('opened.later@inpspec.gov.it')).toMatchObject({ state: 'active' });
      expect(gate.check()).toMatchObject({ state: 'ok', boxes: 12, boxesByCensus: 11 });
      await gate.onModuleDestroy();
      await publisher.close();
    });

    // @rule GATE-CENSUS
    test('in part: one record is missing, and mailbox counts it', async () => {
      const { connection, publisher, begin, state, sayCensus } = lost();
      await begin();
      await state(eleven.slice(1));
      const lacking = { holders: 11, boxes: 11, digest: 'f'.repeat(64), calendars: { 'inps-trial': 1 } };
      await sayCensus(lacking);
      const gate = new MailGate(installation, connection, watched(), { firstLookMs: 100 });
      await gate.onServiceStart();
      expect(() => gate.box(mario.box)).toThrow(Unavailable);
      expect(() => gate.box('other.1@inpspec.gov.it')).toThrow(Unavailable);
      expect(gate.check()).toMatchObject({ state: 'degraded', boxes: 10, boxesByCensus: 11 });
      await state(eleven.slice(0, 1));
      await sayCensus();
      await eventually(() => expect(gate.box(mario.box)).toMatchObject({ state: 'active' }));
      await gate.onModuleDestroy();
      await publisher.close();
    });

    test('with its newest calendar: nothing is judged by an older one', async () => {
      const { connection, publisher, begin, state, sayCensus, count } = lost();
      await begin();
      await state(eleven);
      await sayCensus({ ...count(), calendars: { 'inps-trial': 2 } });
      const gate = new MailGate(installation, connection, watched());
      await gate.onServiceStart();
      expect(() => gate.box(mario.box)).toThrow(Unavailable);
      const calendar = { ...shippedCalendar('inps-trial'), version: 2 };
      await publisher.publish(calendarArmed, { key: 'inps-trial', sequence: 2, time: inAugust, data: calendar });
      await eventually(() => expect(gate.box(mario.box)).toMatchObject({ state: 'active' }));
      await gate.onModuleDestroy();
      await publisher.close();
    });
  });

  describe('whose broker goes away', () => {
    let own: OwnServers;
    beforeAll(async () => {
      own = await ownServers('kafka');
    });
    afterAll(() => own.remove());

    // @rule GATE-STALE
    test('answers from what it knows while that is fresh, and then not at all', async () => {
      const connection = connectionTo(brokersAs(brokerItself, own.servers.environment));
      const publisher = new DirectPublisher({ ...connection, service: 'mailbox' });
      const box = { box: derivedId('spec-box', mario.box), address: mario.box, service: 'inps-trial' };
      const data = { holder: mario.holder, boxes: [{ ...box, state: 'active' as const, partner: null }] };
      await publisher.publish(directoryRecord, { key: mario.holder, sequence: 1, time: inAugust, data });
      const calendar = shippedCalendar('inps-trial');
      await publisher.publish(calendarArmed, { key: calendar.service, sequence: 1, time: inAugust, data: calendar });
      const spoken = new SpokenDirectory();
      spoken.note(directoryRecord, mario.holder, data, 1);
      await spoken.sayCensus((definition, key, said, sequence) =>
        publisher.publish(definition, { key, sequence, time: inAugust, data: said }),
      );
      const gate = new MailGate(installation, connection, watched(), { staleMs: 1_000 });
      await gate.onServiceStart();
      expect(gate.box(mario.box)).toMatchObject({ kind: 'holder', state: 'active' });
      await own.servers.kill('kafka', 'SIGKILL');
      await expect(gate.ensureCurrent([mario.box])).resolves.toBeUndefined();
      await expect(gate.ensureCurrent(['unheard-of@inpspec.gov.it'])).rejects.toThrow(Unavailable);
      await eventually(() => expect(() => gate.box(mario.box)).toThrow(Unavailable));
      expect(gate.check()).toMatchObject({ state: 'degraded', boxes: 1, 'calendar:inps-trial': 1 });
      await gate.onModuleDestroy();
      await publisher.close();
    });
  });
});
