import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { sessionsEnded, sessionsVoided } from '@recapito/contracts';
import { ensureTopics } from '@recapito/messaging';
import { connectionOf, Unavailable } from '@recapito/platform';
import type { RunningService } from '@recapito/platform';
import { derivedId } from '@recapito/primitives';
import { deleteTopics, eventually, servers } from '@recapito/testing';
import { FollowedSessions } from '../src/gate/followed-sessions.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { mail, submit } from './post.ts';
import { anna, comune, inAugust, mario, Stage } from './stage.ts';

const stage = new Stage();
const topic = sessionsVoided.topic;
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
});
afterAll(() => stage.end(), 60_000);

const who = { mario: [mario.holder, 'pin', mario.box], anna: [anna.holder, 'enrolment', anna.box] } as const;

/** A session of a holder, and the status with which the access point answers what is submitted with it. */
async function opened(name: keyof typeof who) {
  const [holder, scope, box] = who[name];
  const token = await stage.citizenToken(holder, scope);
  return async () => (await submit(service, token, mail(box, comune))).status;
}

/** A session says its second alone, and one of the second in which sessions were ended counts as opened before. */
async function openedAfterwards(name: keyof typeof who): Promise<void> {
  await eventually(async () => expect(await (await opened(name))()).toBe(201));
}

const voided = () => stage.say(sessionsVoided, mario.holder, { holder: mario.holder, cause: 'pin-reissued' }, inAugust);

// @rule CITIZEN-SESSION-ENDED SESSIONS-OF-BEFORE
test('a session submits nothing once identity has ended it; those of others, and the next of the same holder, do', async () => {
  const [marios, annas] = [await opened('mario'), await opened('anna')];
  expect([await marios(), await annas()]).toEqual([201, 201]);
  await voided();
  await eventually(async () => expect(await marios()).toBe(401));
  expect(await annas()).toBe(201);
  await openedAfterwards('mario');

  // The session in which a PIN was changed goes on; another one does not.
  const [changing, other] = [await stage.citizenToken(mario.holder, 'pin'), await opened('mario')];
  const kept = String(decodeJwt(changing).jti);
  await stage.say(sessionsVoided, mario.holder, { holder: mario.holder, cause: 'pin-changed', kept }, inAugust);
  await eventually(async () => expect(await other()).toBe(401));
  expect((await submit(service, changing, mail(mario.box, comune))).status).toBe(201);

  // One that has never been shown here, and the hold of a box that another installation keeps.
  const unseen = await opened('anna');
  const hold = { hold: derivedId('spec-hold', 'anna'), box: 'anna@altrove.example', heldAt: inAugust, channel: 'sms' };
  await stage.say(sessionsEnded, anna.holder, { holder: anna.holder, ...hold, channel: 'sms' }, inAugust);
  await eventually(async () => expect(await unseen()).toBe(401));
  await openedAfterwards('anna');
});

// @rule CITIZEN-SESSION-ENDED
test('as long as identity’s facts are not read to their end, nobody’s session is judged', async () => {
  const connection = connectionOf('certified-mail', (await stage.described()).config);
  const unread = new FollowedSessions(connection, join(stage.folder, 'unread.json'));
  expect(() => unread.endedMs(anna.holder, mario.holder)).toThrow(Unavailable);
  expect(unread.check().state).toBe('degraded');
});

// @rule CITIZEN-SESSION-ENDED
test('nor after a start, whether the facts are read again or their topic was lost meanwhile', async () => {
  const marios = await opened('mario');
  await voided();
  await eventually(async () => expect(await marios()).toBe(401));

  await service.stop();
  service = await stage.service();
  expect(await marios()).toBe(401);

  // Ended while nobody reads.
  const annas = await opened('anna');
  await service.stop();
  await stage.say(sessionsVoided, anna.holder, { holder: anna.holder, cause: 'pin-reissued' }, inAugust);
  service = await stage.service();
  expect([await marios(), await annas()]).toEqual([401, 401]);

  await service.stop();
  await deleteTopics(stage, [topic]);
  await ensureTopics(servers().kafkaBrokers, stage.namespace, [topic]);
  service = await stage.service();
  expect([await marios(), await annas()]).toEqual([401, 401]);
  await openedAfterwards('mario');

  // The topic is lost under a service that runs: it goes on with the new one.
  const again = await opened('mario');
  await deleteTopics(stage, [topic]);
  await ensureTopics(servers().kafkaBrokers, stage.namespace, [topic]);
  await voided();
  await eventually(async () => expect(await again()).toBe(401));
});
