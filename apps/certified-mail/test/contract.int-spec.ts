import { afterAll, beforeAll, expect } from '@jest/globals';
import { messageDelivered, sessionsVoided } from '@recapito/contracts';
import {
  healthSuite,
  idleSuite,
  migrationsSuite,
  oddRecordsSuite,
  oddRequestsSuite,
  outboxSuite,
} from '@recapito/testing/suites';
import { derivedId } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { FollowedSessions } from '../src/gate/followed-sessions.ts';
import { MailGate } from '../src/gate/mail-gate.ts';
import { submissionWithRecipients } from '../src/persistence/submission.store.ts';
import { inAugust, inpsSender, mario, Stage } from './stage.ts';

const stage = new Stage();
beforeAll(() => stage.set(), 60_000);
afterAll(() => stage.end(), 60_000);

outboxSuite(stage, {
  at: inAugust,
  definition: messageDelivered,
  data: {
    identificativo: 'spec.1@inpspec.gov.it',
    msgid: '<spec@notification>',
    mittente: inpsSender,
    oggetto: 'Oggetto',
    gestore: 'Gestore',
    messageId: '<consegna@inpspec.gov.it>',
    destinatari: [{ indirizzo: mario.box, tipo: 'certificato' }],
    tipoRicevuta: 'sintetica',
    consegna: mario.box,
  },
});

migrationsSuite(stage, {
  readBack: async (client) => {
    const found = await submissionWithRecipients(client, 'pec1.20100802090000.00001@inpspec.gov.it');
    expect(found).toMatchObject({
      sender: 'pec.cittadini@inpspec.gov.it',
      recipients: [{ address: 'rssmra80a01h501u@inpspec.gov.it', state: 'delivered' }],
    });
  },
});

healthSuite('certified-mail', () => stage.open(inAugust));

oddRequestsSuite(stage, { at: inAugust, people: async () => [await stage.citizenToken(mario.holder, 'pin')] });

idleSuite(stage, { at: inAugust, transactionsAMinute: 900 });

oddRecordsSuite(stage, {
  at: inAugust,
  finished: () => 0,
  uncounted: [sessionsVoided.topic],
  follows: async ({ app }) => {
    const late = { holder: derivedId('spec-holder', 'late'), box: 'late.arrival@postacertificata.gov.it' };
    await stage.listBox(late, 'cec-pac', 'active', 1);
    await eventually(() => expect(app.get(MailGate).box(late.box)).toMatchObject({ state: 'active' }));
    const { holder } = late;
    await stage.say(sessionsVoided, holder, { holder, cause: 'pin-reissued' }, inAugust);
    await eventually(() => expect(app.get(FollowedSessions).endedMs(holder, holder)).toBeDefined());
  },
});
