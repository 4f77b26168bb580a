import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { parseInstant } from '@recapito/primitives';
import type { RunningService } from '@recapito/platform';
import { eventually } from '@recapito/testing';
import { VoidEnrolments } from '../src/jobs/void-enrolments.ts';
import type { PrismaClient } from '../src/persistence/tx.ts';
import {
  anna,
  announced,
  firstAccessPassword,
  gianfranco,
  goodPassword,
  laterSteps,
  mario,
  signedIn,
  step,
} from './people.ts';
import type { Citizen } from './people.ts';
import { august, bound, lastMillisecond, Stage } from './stage.ts';

const stage = new Stage();
const enrolments = new Map<string, string>();
const tokens = new Map<string, string>();
let running: RunningService<PrismaClient>;

beforeAll(async () => {
  running = await stage.open(august, { RECAPITO_LOCK_PATIENCE_MS: '300' });
  for (const who of [mario, anna, gianfranco]) enrolments.set(who.holder, await announced(stage, who));
  for (const who of [mario, anna]) {
    const { token } = (await signedIn(stage, who.userId, await firstAccessPassword(stage, of(who)))).body;
    tokens.set(who.holder, token);
    for (const name of laterSteps.slice(0, 3)) await step(stage, of(who), token, name);
  }
  await firstAccessPassword(stage, of(gianfranco));
  await stage.setClock(lastMillisecond);
});

afterAll(() => stage.end());

function of(who: Citizen): string {
  return enrolments.get(who.holder) ?? '';
}

function tokenOf(who: Citizen): string {
  return tokens.get(who.holder) ?? '';
}

/** Opens a request and sends its body later, as a slow line does; resolves with the status. */
async function slowly(path: string, token: string, body: string, meanwhile: () => Promise<void>): Promise<number> {
  const { hostname, port } = new URL(stage.url);
  const socket = connect(Number(port), hostname);
  const head = [`PUT ${path} HTTP/1.1`, `Host: ${hostname}`, `Authorization: Bearer ${token}`];
  const length = Buffer.byteLength(body);
  socket.write([...head, 'Content-Type: application/json', `Content-Length: ${length}`, '', ''].join('\r\n'));
  await eventually(async () => {
    // The driver's own request counts for nothing; ours is in work as soon as its head was read.
    expect((await stage.rehearsalState()).inWork).toBe(1);
  });
  await meanwhile();
  socket.write(body);
  const answer = await new Promise<string>((resolve) =>
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  );
  socket.destroy();
  return Number(answer.split(' ')[1]);
}

describe('the bound of the window', () => {
  // @rule REQUEST-LOCK-WAIT
  test('a step that waits for its row longer than the patience is refused as timed out and changes nothing', async () => {
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const held = stage.client.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM holder WHERE id = ${mario.holder}::uuid FOR UPDATE`;
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const { status, body } = await step(stage, of(mario), tokenOf(mario), 'confirmation');
    release.resolve();
    await held;
    expect({ status, type: body['type'], rule: body['rule'] }).toEqual({
      status: 503,
      type: 'request/timed-out',
      rule: 'REQUEST-LOCK-WAIT',
    });
    expect((await stage.client.enrolment.findUnique({ where: { id: of(mario) } }))?.state).toBe('questions-set');
  });

  // @rule INPS-MOVE-WINDOW
  test('a confirmation at 21:59:59.999Z counts, with that instant', async () => {
    const { status, body } = await step(stage, of(mario), tokenOf(mario), 'confirmation');
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'confirmed', next: null, confirmedAt: 1_284_587_999_999, changed: true });
  });

  test('a request whose head arrived in time is in time, however late its body comes', async () => {
    // The body arrives after midnight; the answer is that the step was done before, not that it is too late.
    const status = await slowly(
      `/enrolments/${of(anna)}/password`,
      tokenOf(anna),
      JSON.stringify({ password: goodPassword }),
      async () => stage.setClock(bound),
    );
    expect(status).toBe(200);
  });

  // @rule INPS-MOVE-WINDOW
  test('at 22:00:00Z the same citizen, all other steps done, is refused by the rule of the window', async () => {
    const { status, body } = await step(stage, of(anna), tokenOf(anna), 'confirmation');
    expect({ status, type: body['type'], rule: body['rule'], details: body['details'] }).toEqual({
      status: 409,
      type: 'enrolment/window-ended',
      rule: 'INPS-MOVE-WINDOW',
      details: { until: bound },
    });
  });

  test('who confirmed in time may repeat the confirmation and learns that it is done', async () => {
    const { status, body } = await step(stage, of(mario), tokenOf(mario), 'confirmation');
    expect({ status, changed: body['changed'], confirmedAt: body['confirmedAt'] }).toEqual({
      status: 200,
      changed: false,
      confirmedAt: lastMillisecond,
    });
  });

  // @rule FIRST-ACCESS-WINDOW
  test('a first-access password opens nothing any more and answers as any wrong one', async () => {
    const asked = await stage.call('POST', `/enrolments/${of(gianfranco)}/first-access-password`, {
      as: 'notification',
      body: { generation: 1 },
    });
    expect(asked.body['type']).toBe('enrolment/window-ended');
    const { status, body } = await signedIn(stage, gianfranco.userId, 'WXYZ23456789');
    expect({ status, type: body.type }).toEqual({
      status: 401,
      type: 'access/denied',
    });
  });

  test('a password that was chosen and never confirmed tells its holder that it is too late', async () => {
    const { status, body } = await signedIn(stage, anna.userId, goodPassword);
    expect({ status, type: body.type }).toEqual({
      status: 409,
      type: 'enrolment/window-ended',
    });
  });
});

describe('the sweep', () => {
  const voided = async () =>
    (await stage.told('identity.holders.v1')).filter(({ type }) => type === 'enrolment-voided').map(({ key }) => key);

  test('is due a minute after the bound, and the driver is told so', async () => {
    expect((await stage.rehearsalState()).earliestDue).toBe(parseInstant('2010-09-15T22:01:00Z'));
    expect(await voided()).toEqual([]);
  });

  test('writes nothing down a millisecond before that', async () => {
    await stage.setClock(parseInstant('2010-09-15T22:00:59.999Z'));
    await running.app.get(VoidEnrolments, { strict: false }).run();
    expect(await voided()).toEqual([]);
  });

  test('then writes down who did not confirm, once each, and has nothing more to do', async () => {
    await stage.setClock(parseInstant('2010-09-15T22:01:00Z'));
    await eventually(async () => expect((await stage.rehearsalState()).earliestDue).toBeNull());
    expect((await voided()).toSorted()).toEqual([anna.holder, gianfranco.holder].toSorted());
    const states = await stage.client.enrolment.findMany({ where: { holderId: mario.holder } });
    expect(states.map(({ state }) => state)).toEqual(['confirmed']);
  });

  test('a holder whose end was written down is told the same as before', async () => {
    const { body } = await step(stage, of(anna), tokenOf(anna), 'confirmation');
    expect(body['type']).toBe('enrolment/window-ended');
  });
});
