import { afterAll, expect } from '@jest/globals';
import { boxRegistered, movePlanned } from '@recapito/contracts';
import { listDeadLetters } from '@recapito/messaging';
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
import { sharedSecret } from '../src/dovecot/shared-secret.ts';
import { mailboxesOf } from '../src/persistence/mailbox.store.ts';
import { anna, holderOf, inAugust, inpsAddressOf, mario, moveOf, plannedMove, Stage } from './stage.ts';

const stage = new Stage();
afterAll(() => stage.end(), 60_000);

outboxSuite(stage, {
  at: inAugust,
  definition: boxRegistered,
  data: {
    box: derivedId('spec-box', anna.cf),
    holder: holderOf(anna),
    address: inpsAddressOf(anna),
    service: 'inps-trial',
    move: moveOf(anna),
  },
});

// A move brings two boxes: the one of the trial, and the one that is reserved.
consumerSuite(stage, {
  at: inAugust,
  definition: movePlanned,
  data: (nth) => plannedMove({ ...mario, cf: `RSSMRA80A0${nth}H501U` }, nth),
  effects: () => stage.client.mailbox.count(),
  each: 2,
  table: 'mailbox',
});

migrationsSuite(stage, {
  readBack: async (client) => {
    const boxes = await mailboxesOf(client, 'dbb2d769-87e5-8723-ae64-6b28b3ee76ea');
    expect(boxes.toSorted((one, other) => (one.address < other.address ? -1 : 1))).toMatchObject([
      { address: 'dngncl99m09f839z@inpspec.gov.it', service: 'inps-trial', state: 'read-only' },
      { address: 'nicolo.dangelo@postacertificata.gov.it', service: 'cec-pac', state: 'active' },
    ]);
    expect(await listDeadLetters(client, { limit: 9 })).toMatchObject([
      { failureClass: 'permanent', cause: 'PermanentFailure: move/nothing-reserved (SWITCH-RESERVED)' },
    ]);
  },
});

healthSuite('mailbox', () => stage.open(inAugust));

oddRequestsSuite(stage, { at: inAugust, others: () => ({ dovecot: sharedSecret(stage.store, 'gate.token') }) });

idleSuite(stage, { at: inAugust, transactionsAMinute: 650 });

oddRecordsSuite(stage, { at: inAugust, finished: finishedFacts });
