import { afterAll, expect } from '@jest/globals';
import { announcementAsked, communicationAsked } from '@recapito/contracts';
import { derivedId } from '@recapito/primitives';
import {
  consumerSuite,
  finishedFacts,
  healthSuite,
  idleSuite,
  migrationsSuite,
  oddRecordsSuite,
  oddRequestsSuite,
  outboxSuite,
} from '@recapito/testing/suites';
import { findCommunication } from '../src/persistence/communication.store.ts';
import { askedFor, august, Stage } from './stage.ts';

const stage = new Stage();
afterAll(() => stage.end(), 60_000);

outboxSuite(stage, {
  at: august,
  definition: communicationAsked,
  data: {
    communication: derivedId('spec-communication', 'any'),
    holder: derivedId('spec-holder', 'any'),
    kind: 'announcement',
    channel: 'pec',
    move: derivedId('spec-move', 'any'),
  },
});

consumerSuite(stage, {
  at: august,
  definition: announcementAsked,
  data: (nth) => askedFor(derivedId('spec-move', String(nth))),
  effects: () => stage.client.communication.count(),
  each: 1,
  table: 'communication',
});

migrationsSuite(stage, {
  readBack: async (client) => {
    const found = async (id: string) => await findCommunication(client, id);
    expect(await found('32d74ec3-1bf0-8aa0-abb9-ed6c99729fb3')).toMatchObject({
      kind: 'pin-first-half',
      channel: 'sms',
      state: 'delivered',
    });
    expect(await found('1219b4de-6412-85d5-989b-332235e0d30c')).toMatchObject({
      kind: 'announcement',
      channel: 'pec',
      state: 'submitted',
    });
  },
});

healthSuite('notification', () => stage.open(august));

oddRequestsSuite(stage, { at: august });

idleSuite(stage, { at: august, transactionsAMinute: 500 });

oddRecordsSuite(stage, { at: august, finished: finishedFacts });
