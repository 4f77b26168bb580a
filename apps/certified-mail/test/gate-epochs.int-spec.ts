import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { calendarArmed, directoryRecord } from '@recapito/contracts';
import type { DataOf, EventDefinition } from '@recapito/contracts';
import { encodeData, ensureTopics, headersOf } from '@recapito/messaging';
import type { ServiceConnection } from '@recapito/messaging';
import { Health, serviceLogger, Unavailable } from '@recapito/platform';
import { derivedId } from '@recapito/primitives';
import { eventually, namespace, produceBare, servers, SpokenDirectory } from '@recapito/testing';
import { MailGate } from '../src/gate/mail-gate.ts';
import { MostBoxes } from '../src/gate/most-boxes.ts';
import { inAugust, mario, shippedCalendar, Stage } from './stage.ts';

const restored = 1_283_428_800_000;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const stage = new Stage();
const connection: ServiceConnection = {
  service: 'certified-mail',
  brokers: servers().kafkaBrokers,
  namespace: namespace(),
  logger: serviceLogger('spec', 'silent'),
};
const calendar = shippedCalendar('inps-trial');
const spoken = new SpokenDirectory();
let gate: MailGate;

/** Puts a record on a topic as mailbox would whose database has that epoch. */
async function state<Data>(
  definition: EventDefinition<Data>,
  { key, sequence, epoch, data }: { key: string; sequence: number; epoch: number; data: Data },
): Promise<void> {
  const { topic, type, version } = definition;
  const id = randomUUID();
  spoken.note(definition, key, data, sequence, epoch);
  const headers = headersOf({ id, topic, type, version, key, sequence, time: inAugust, traceparent, epoch });
  await produceBare(connection, topic, [{ key, value: encodeData(definition, key, data), headers: { ...headers } }]);
}

type BoxState = DataOf<typeof directoryRecord>['boxes'][number]['state'];

async function list(
  address: string,
  holder: string,
  boxState: BoxState,
  sequence: number,
  epoch: number,
): Promise<void> {
  const box = { box: derivedId('spec-box', address), address, service: 'inps-trial', state: boxState, partner: null };
  await state(directoryRecord, { key: holder, sequence, epoch, data: { holder, boxes: [box] } });
}

/** Mailbox says what the directory holds, in that epoch. */
async function sayCensus(epoch: number, census = spoken.count()): Promise<void> {
  await spoken.sayCensus(
    (definition, key, data, sequence) => state(definition, { key, sequence, epoch, data }),
    census,
  );
}

beforeAll(async () => {
  await stage.set();
  await ensureTopics(connection.brokers, connection.namespace, [directoryRecord.topic, calendarArmed.topic]);
  await list(mario.box, mario.holder, 'active', 9, 0);
  for (let nth = 1; nth <= 20; nth += 1)
    await list(
      `spec.${nth}@inpspec.gov.it`,
      derivedId('spec-holder', String(nth)),
      'active',
      1,
      nth % 2 ? restored : 0,
    );
  await state(calendarArmed, { key: 'inps-trial', sequence: 5, epoch: 0, data: { ...calendar, version: 5 } });
  await sayCensus(restored);
  gate = new MailGate(await stage.installation(), connection, {
    health: new Health(),
    clockGuard: { ensureReliable: () => undefined },
    mostBoxes: new MostBoxes(join(stage.folder, 'most-boxes.json')),
  });
  await gate.onServiceStart();
});

afterAll(async () => {
  await gate.onModuleDestroy();
  await stage.end();
});

test('a gate that starts after a restore reads records of both epochs, in whatever order its partitions come', () => {
  expect(gate.check()).toMatchObject({ state: 'ok', boxes: 21, 'calendar:inps-trial': 5 });
  expect(gate.box(mario.box)).toMatchObject({ state: 'active' });
});

test('what a restored mailbox states replaces what it stated before, though its numbers are lower; never the other way', async () => {
  await list(mario.box, mario.holder, 'read-only', 3, restored);
  await gate.ensureCurrent([mario.box]);
  await eventually(() => expect(gate.box(mario.box)).toMatchObject({ state: 'read-only' }));
  await list(mario.box, mario.holder, 'active', 10, 0);
  await gate.ensureCurrent(['spec.unknown@inpspec.gov.it']);
  expect(gate.box(mario.box)).toMatchObject({ state: 'read-only' });
});

// @rule DIRECTORY-UNDECIDED
test('about a box of which mailbox does not know how it stands nothing is answered; about others everything is', async () => {
  const address = 'spec.1@inpspec.gov.it';
  const holder = derivedId('spec-holder', '1');
  const box = {
    box: derivedId('spec-box', address),
    address,
    service: 'inps-trial',
    state: 'active',
    partner: null,
  } as const;
  const record = { key: holder, epoch: restored, data: { holder, boxes: [box] } };
  await state(directoryRecord, { ...record, sequence: 2, data: { ...record.data, undecided: true } });
  await gate.ensureCurrent(['spec.unknown@inpspec.gov.it']);
  expect(() => gate.box(address)).toThrow(Unavailable);
  expect(() => gate.opens(address, holder, 'inps-trial')).toThrow(Unavailable);
  expect(gate.box('spec.2@inpspec.gov.it')).toMatchObject({ state: 'active' });
  await state(directoryRecord, { ...record, sequence: 3 });
  await gate.ensureCurrent(['spec.unknown@inpspec.gov.it']);
  expect(gate.box(address)).toMatchObject({ state: 'active' });
});

test('a calendar armed after the restore under a version that is known already is the one in force', async () => {
  const inForce = () => {
    const box = gate.box(mario.box);
    return box?.kind === 'holder' ? box.calendar : undefined;
  };
  const before = inForce();
  expect(before).toBeDefined();
  const earlier = { key: 'inps-trial', sequence: 5, epoch: 0, data: { ...calendar, version: 5 } };
  await state(calendarArmed, earlier);
  await state(calendarArmed, { ...earlier, epoch: restored });
  await eventually(() => expect(inForce()).not.toBe(before));
  const restoredOne = inForce();
  await state(calendarArmed, { ...earlier, data: { ...calendar, version: 6 } });
  await state(calendarArmed, { ...earlier, key: 'cec-pac', data: { ...shippedCalendar('cec-pac'), version: 1 } });
  await eventually(() => expect(gate.check()).toMatchObject({ 'calendar:cec-pac': 1, 'calendar:inps-trial': 5 }));
  expect(inForce()).toBe(restoredOne);
});
