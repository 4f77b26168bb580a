import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anna, announced, firstAccessPassword, goodPassword, signedIn, stepBodies } from './people.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
let enrolment: string;
let child: Awaited<ReturnType<Stage['openProcess']>>;

beforeAll(async () => {
  child = await stage.openProcess();
  enrolment = await announced(stage, anna);
});

afterAll(() => stage.end());

/** Until the password is changed it is the one of the announcement. */
async function secretOf(step: string): Promise<string> {
  return step === 'password' ? await firstAccessPassword(stage, enrolment, 2) : goodPassword;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly as?: string;
}

/** Sends a request to a process that dies with the answer unsent, and the same again to the one that follows it. */
async function repeatedAfterDeath({ method, path, ...sent }: Request) {
  await expect(
    stage.call(method, path, { ...sent, headers: { 'recapito-spec-kill': 'now', 'idempotency-key': 'una' } }),
  ).rejects.toThrow();
  await child.endedBy('SIGKILL');
  const facts = await stage.told('identity.holders.v1', anna.holder);
  child = await stage.openProcess();
  const answer = await stage.call(method, path, { ...sent, headers: { 'idempotency-key': 'una' } });
  return { answer, before: facts, after: await stage.told('identity.holders.v1', anna.holder) };
}

describe('identity killed between commit and answer', () => {
  test('when it gives the first-access password out: the same password again, and it is valid', async () => {
    const path = `/enrolments/${enrolment}/first-access-password`;
    const { answer } = await repeatedAfterDeath({ method: 'POST', path, body: { generation: 1 }, as: 'notification' });
    expect(answer.status).toBe(200);
    expect(answer.body['password']).toBe(await firstAccessPassword(stage, enrolment));
    expect((await signedIn(stage, anna.userId, String(answer.body['password']))).status).toBe(201);
  });

  test('when an operator has the password made anew: one new generation, however often it is asked under one key', async () => {
    const path = `/enrolments/${enrolment}/reissues`;
    const { answer, before, after } = await repeatedAfterDeath({ method: 'POST', path, as: 'operator' });
    expect(answer).toMatchObject({ status: 201, body: { generation: 2 } });
    expect(before.at(-1)).toMatchObject({ type: 'enrolment-reissued', data: { generation: 2 } });
    expect(after).toEqual(before);
  });

  test('when a citizen signs in: the second step was done once, and a session follows', async () => {
    const body = { user: anna.userId, secret: await firstAccessPassword(stage, enrolment, 2) };
    const { answer, before, after } = await repeatedAfterDeath({ method: 'POST', path: '/sessions', body });
    expect(answer).toMatchObject({ status: 201, body: { enrolment: { state: 'signed-in' } } });
    expect(before.filter(({ type }) => type === 'enrolment-step-done')).toHaveLength(1);
    expect(after).toEqual(before);
  });

  test.each(['password', 'terms', 'security-answers', 'confirmation'] as const)(
    'at the step %s: it was done, repeating it says so and tells no second fact',
    async (name) => {
      const { token } = (await signedIn(stage, anna.userId, await secretOf(name))).body;
      const path = `/enrolments/${enrolment}/${name}`;
      const request = { method: 'PUT', path, body: (await stepBodies(stage))[name], token };
      const { answer, before, after } = await repeatedAfterDeath(request);
      expect({ status: answer.status, changed: answer.body['changed'] }).toEqual({ status: 200, changed: false });
      expect(after).toEqual(before);
    },
  );

  test('after all of it the facts of the holder are whole, each once, numbered without a gap', async () => {
    const facts = await stage.told('identity.holders.v1', anna.holder);
    expect(facts.filter(({ type }) => type === 'enrolment-step-done').map(({ data }) => data['step'])).toEqual([
      2, 3, 4, 5,
    ]);
    expect(facts.filter(({ type }) => type === 'enrolment-confirmed')).toHaveLength(1);
    expect(facts.map(({ sequence }) => sequence)).toEqual(facts.map((_, index) => index + 1));
  });
});
