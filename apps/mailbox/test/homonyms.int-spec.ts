import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addressReserved } from '@recapito/contracts';
import { groupOf } from '@recapito/messaging';
import type { RunningService } from '@recapito/platform';
import { bareKafka, eventually } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Listener } from './heard.ts';
import { holderOf, inAugust, Stage } from './stage.ts';
import type { Citizen } from './stage.ts';

const stage = new Stage();
let heard: Listener;
let services: RunningService<PrismaClient>[];

/** How many members the group has that reads planned moves, once its partitions are given out; 0 before. */
async function members(): Promise<number> {
  const admin = bareKafka().admin();
  await admin.connect();
  try {
    const { groups } = await admin.describeGroups([groupOf(stage.namespace, 'mailbox')]);
    const [group] = groups;
    return group?.state === 'Stable' ? group.members.length : 0;
  } finally {
    await admin.disconnect();
  }
}

/** Forty persons of five names, in the cohort's order; some names are written differently and give one address. */
const names = [
  ['Mario', 'Rossi'],
  ["D'Anna", 'De Luca'],
  ['Nicolò', 'Fò'],
  ['Ugo', 'Bo'],
  ['Ea', 'Aiello'],
] as const;

const cohort: Citizen[] = Array.from({ length: 40 }, (_, index) => {
  const [nome, cognome] = names[index % names.length] ?? names[0];
  return { cf: `AAAAAA80A01H${String(index).padStart(3, '0')}X`, nome, cognome };
});

beforeAll(async () => {
  heard = await new Listener(stage.namespace).listen();
  stage.onEnd(() => heard.stop());
  await stage.setClock(inAugust);
  services = await Promise.all([stage.mailbox(), stage.mailbox()]);
  await eventually(async () => expect(await members()).toBe(2));
});

afterAll(() => stage.end());

// @rule ADDRESS-HOMONYM ADDRESS-ONCE
test('two consumers at once number homonyms in the order of the rows, none twice and none left out', async () => {
  for (const citizen of cohort) await stage.planMove(citizen);
  await eventually(() => expect(heard.of(addressReserved)).toHaveLength(40));
  const given = new Map(heard.of(addressReserved).map(({ holder, address }) => [holder, address]));
  const locals = ['mario.rossi', 'danna.deluca', 'nicolo.fo', 'ugo.bo', 'ea.aiello'];
  cohort.forEach((citizen, index) => {
    const nth = Math.floor(index / names.length) + 1;
    const local = `${locals[index % names.length]}${nth === 1 ? '' : nth}`;
    expect(given.get(holderOf(citizen))).toBe(`${local}@postacertificata.gov.it`);
  });
  const handled = await Promise.all(
    services.map(async (service) => (await stage.rehearsalState(service)).counters['facts.handled'] ?? 0),
  );
  expect(handled.reduce((sum, each) => sum + each, 0)).toBe(40);
  expect(Math.min(...handled)).toBeGreaterThan(0);
});

// @rule ADDRESS-HOMONYM
test('who is called by a figure has the address first, and the next homonym gets the number after it', async () => {
  await stage.planMove({ cf: 'BBBBBB80A01H001X', nome: 'Mario', cognome: 'Rossi9' });
  await eventually(() =>
    expect(heard.of(addressReserved).at(-1)?.address).toBe('mario.rossi9@postacertificata.gov.it'),
  );
  await stage.planMove({ cf: 'BBBBBB80A01H002X', nome: 'Mario', cognome: 'Rossi' });
  await eventually(() =>
    expect(heard.of(addressReserved).at(-1)?.address).toBe('mario.rossi10@postacertificata.gov.it'),
  );
});

// @rule ADDRESS-ONCE
test('the address of a box that is closed before anybody opens it goes to nobody else', async () => {
  const [service] = services;
  if (service === undefined) throw new Error('the spec has started two');
  const path = '/mailboxes/mario.rossi10@postacertificata.gov.it/closure';
  const closed = await stage.ask(service, path, { method: 'POST', key: 'closed' });
  expect({ status: closed.status, body: await closed.json() }).toMatchObject({
    status: 200,
    body: { state: 'closed' },
  });
  await stage.planMove({ cf: 'BBBBBB80A01H003X', nome: 'Mario', cognome: 'Rossi' });
  await eventually(() =>
    expect(heard.of(addressReserved).at(-1)?.address).toBe('mario.rossi11@postacertificata.gov.it'),
  );
});
