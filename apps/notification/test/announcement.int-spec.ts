import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { listDeadLetters } from '@recapito/messaging';
import type { RunningService } from '@recapito/platform';
import { eventually } from '@recapito/testing';
import { z } from 'zod';
import { communicationId, messageIdOf } from '../src/domain/communication.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { announcer, august, newAddressOf, oldAddressOf, Stage } from './stage.ts';

const page = z.object({ items: z.array(z.object({ id: z.string() })), next: z.string().nullable() });

const stage = new Stage();
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  service = await stage.open(august);
});

afterAll(() => stage.end());

beforeEach(() => {
  stage.identity.refuses = null;
  stage.certifiedMail.mood = 'takes';
});

const announcementOf = (move: string, generation = 1) => communicationId('announcement', move, generation);
const messageOf = (id: string, generation = 1) =>
  stage.certifiedMail.taken.find(({ key }) => key === `${id}.${generation}`);

async function reaches(id: string, state: string) {
  return await eventually(async () => {
    const row = await stage.row(id);
    expect(row.state).toBe(state);
    return row;
  });
}

/** Announces a move and waits until certified-mail has the message. */
async function submitted(move = randomUUID()) {
  const id = announcementOf(move);
  await stage.announce(move);
  const row = await reaches(id, 'submitted');
  return { move, id, identificativo: row.identificativo ?? '', msgid: messageIdOf({ id, generation: 1 }, announcer) };
}

describe('an announcement that migration asks for', () => {
  test('is handed over, delivered, and told of at each step', async () => {
    const { move, id, identificativo, msgid } = await submitted();
    expect(messageOf(id)?.bytes.toString('latin1')).toContain(`To: ${oldAddressOf(move)}\r\n`);
    await stage.tellOfMessage('delivered', { identificativo, msgid });
    await reaches(id, 'delivered');
    const facts = await stage.toldOf(id);
    expect(facts.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['communication-asked', 1],
      ['communication-submitted', 2],
      ['communication-delivered', 3],
    ]);
    expect(facts[1]?.data).toMatchObject({ identificativo, kind: 'announcement', channel: 'pec', move });
    expect(facts[2]?.data).toMatchObject({ to: oldAddressOf(move) });
  });

  test('is delivered even if that is heard before the answer that certified-mail has it', async () => {
    stage.certifiedMail.mood = 'silent';
    const move = randomUUID();
    const id = announcementOf(move);
    await stage.announce(move);
    const { identificativo } = await eventually(() => {
      const message = messageOf(id);
      if (message === undefined) throw new Error('not taken yet');
      return message;
    });
    const told = { identificativo, msgid: messageIdOf({ id, generation: 1 }, announcer) };
    await stage.tellOfMessage('accepted', told);
    await stage.tellOfMessage('delivered', told);
    const row = await reaches(id, 'delivered');
    expect(row.identificativo).toBe(identificativo);
    expect(row.nextTryAt).toBeNull();
    const types = (await stage.toldOf(id)).map(({ type }) => type);
    expect(types).toEqual(['communication-asked', 'communication-submitted', 'communication-delivered']);
  });

  test('that comes back has failed, with the words of the errore-consegna, and is listed to the operator', async () => {
    const { id, identificativo, msgid } = await submitted();
    await stage.tellOfMessage('not-delivered', { identificativo, msgid });
    await reaches(id, 'failed');
    const reason = 'no-dest: 5.1.1 casella inesistente';
    expect((await stage.toldOf(id)).at(-1)).toMatchObject({ type: 'communication-failed', data: { reason } });
    const { body } = await stage.call('GET', '/communications?state=failed', { as: 'operator' });
    const listed = expect.objectContaining({ id, state: 'failed', reason, identificativo });
    expect(body).toMatchObject({ items: expect.arrayContaining([listed]) });
  });

  test('has failed when certified-mail took it and answered with a non-acceptance notice', async () => {
    const { id, identificativo, msgid } = await submitted();
    await stage.tellOfMessage('refused', { identificativo, msgid });
    expect((await reaches(id, 'failed')).reason).toBe('non-accettazione: fuori dal circuito');
  });

  test('has failed when nothing was heard for twenty-four hours, and not after twelve; a late delivery still counts', async () => {
    const { id, identificativo, msgid } = await submitted();
    await stage.tellOfMessage('twelve-hours', { identificativo, msgid });
    await stage.tellOfMessage('twenty-four-hours', { identificativo, msgid });
    expect((await reaches(id, 'failed')).reason).toBe('preavviso-errore-consegna: ventiquattro ore');
    await stage.tellOfMessage('delivered', { identificativo, msgid });
    await reaches(id, 'delivered');
    expect((await stage.toldOf(id)).map(({ type }) => type)).toEqual([
      'communication-asked',
      'communication-submitted',
      'communication-failed',
      'communication-delivered',
    ]);
  });

  test('that had come back and is delivered all the same, counts as delivered', async () => {
    const { id, identificativo, msgid } = await submitted();
    await stage.tellOfMessage('not-delivered', { identificativo, msgid });
    await reaches(id, 'failed');
    await stage.tellOfMessage('delivered', { identificativo, msgid });
    expect((await reaches(id, 'delivered')).reason).toBeNull();
  });

  test('is another communication when an operator has the password made anew', async () => {
    const { move, id } = await submitted();
    await stage.announce(move, { generation: 2 });
    const reissued = announcementOf(move, 2);
    await reaches(reissued, 'submitted');
    expect(messageOf(reissued, 2)?.bytes.equals(messageOf(id)?.bytes ?? Buffer.alloc(0))).toBe(false);
    expect((await stage.row(id)).state).toBe('submitted');
  });

  // @rule COMMUNICATION-ABANDONED
  test.each(['enrolment/generation-superseded', 'enrolment/already-confirmed'])(
    'is abandoned when identity says %s',
    async (code) => {
      stage.identity.refuses = code;
      const move = randomUUID();
      await stage.announce(move);
      const row = await reaches(announcementOf(move), 'abandoned');
      expect(row.reason).toBe(code);
      expect(messageOf(row.id)).toBeUndefined();
    },
  );

  test('has failed when the window ended before it could be written', async () => {
    stage.identity.refuses = 'enrolment/window-ended';
    const move = randomUUID();
    await stage.announce(move);
    expect((await reaches(announcementOf(move), 'failed')).reason).toBe('enrolment/window-ended');
  });

  test('has failed when certified-mail refuses it for good', async () => {
    stage.certifiedMail.mood = 'refuses';
    const move = randomUUID();
    await stage.announce(move);
    const row = await reaches(announcementOf(move), 'failed');
    expect(row).toMatchObject({ reason: 'submission/sender-unknown', submittedAt: null, nextTryAt: null });
  });

  test('of a programme without texts is kept as a dead letter and nobody is written to', async () => {
    const move = randomUUID();
    await stage.announce(move, { campaign: 'unknown' });
    await eventually(async () => {
      const letters = await listDeadLetters(stage.client, { limit: 10 });
      expect(letters).toContainEqual(
        expect.objectContaining({ key: move, cause: expect.stringContaining('communication/no-texts') }),
      );
    });
  });
});

describe('a message that only looks like ours', () => {
  // @rule COMMUNICATION-OWN-MESSAGE
  test('changes nothing: somebody else sent it under our Message-ID', async () => {
    const { id, msgid } = await submitted();
    const mittente = 'qualcuno@postacertificata.gov.it';
    await stage.tellOfMessage('not-delivered', { identificativo: 'pec1.altrui@example', msgid, mittente });
    const { identificativo } = await submitted();
    await stage.tellOfMessage('delivered', { identificativo, msgid: '<abc.123@client.example>' });
    await eventually(async () => expect((await stage.rehearsalState(service)).consumersLag).toBe(0));
    expect((await stage.row(id)).state).toBe('submitted');
  });
});

describe('a move that is completed', () => {
  test('brings a welcome to the new box, from the provider of the new box, with no secret asked for', async () => {
    const move = randomUUID();
    const before = stage.identity.asked.length;
    await stage.complete(move);
    const id = communicationId('welcome', move, 1);
    await reaches(id, 'submitted');
    const message = messageOf(id)?.bytes.toString('latin1') ?? '';
    expect(message).toContain(`To: ${newAddressOf(move)}\r\n`);
    expect(message).toContain('<servizio@postacertificata.gov.it>');
    expect(stage.identity.asked).toHaveLength(before);
  });
});

describe('the operator', () => {
  test('sees a communication without its addresses, and gets a 404 for one that there is not', async () => {
    const { move, id } = await submitted();
    const { body } = await stage.call('GET', `/communications/${id}`, { as: 'operator' });
    expect(body).toMatchObject({ id, kind: 'announcement', state: 'submitted', move, generation: 1 });
    expect(JSON.stringify(body)).not.toContain(oldAddressOf(move));
    const unknown = await stage.call('GET', `/communications/${randomUUID()}`, { as: 'operator' });
    expect(unknown).toMatchObject({ status: 404, body: { type: 'communication/unknown' } });
  });

  test('pages through all of them, each once', async () => {
    const seen: string[] = [];
    for (let after = ''; ;) {
      const path = `/communications?limit=3${after && `&after=${after}`}`;
      const body = page.parse((await stage.call('GET', path, { as: 'operator' })).body);
      seen.push(...body.items.map(({ id }) => id));
      if (body.next === null) break;
      after = body.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(await stage.client.communication.count());
  });

  test('sees what one holder was told, and of a holder who is not known nothing', async () => {
    const { holder } = await stage.client.communication.findFirstOrThrow();
    const ofHolder = async (asked: string) =>
      page.parse((await stage.call('GET', `/communications?holder=${asked}`, { as: 'operator' })).body).items;
    const told = await ofHolder(holder);
    expect(told).toHaveLength(await stage.client.communication.count({ where: { holder } }));
    expect(await ofHolder(randomUUID())).toEqual([]);
  });

  test('counts what was sent, has arrived and has failed', async () => {
    const count = (state: string) => stage.client.communication.count({ where: { state, channel: 'pec' } });
    const { body } = await stage.call('GET', '/communications/summary', { as: 'operator' });
    const sent = await stage.client.communication.count({ where: { channel: 'pec', submittedAt: { not: null } } });
    const notices = { sent, delivered: await count('delivered'), failed: await count('failed') };
    expect(body).toMatchObject({ notices });
    expect(sent).toBeGreaterThan(await count('delivered'));
  });
});
