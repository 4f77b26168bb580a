import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import { communicationId } from '../src/domain/communication.ts';
import { Stage } from './stage.ts';

const stage = new Stage();

afterAll(() => stage.end());

describe('a process that is killed', () => {
  // @rule COMMUNICATION-TURN
  test('when certified-mail has the message and nobody has noted it, leaves one message and one notice', async () => {
    const move = randomUUID();
    const id = communicationId('announcement', move, 1);
    stage.certifiedMail.mood = 'silent';
    const child = await stage.openProcess();
    stage.certifiedMail.onTaken = () => child.signal('SIGKILL');
    await stage.announce(move);
    await child.endedBy('SIGKILL');
    expect(stage.certifiedMail.taken.map(({ key }) => key)).toEqual([`${id}.1`]);
    expect(await stage.row(id)).toMatchObject({ state: 'asked', identificativo: null, attempts: 1 });

    stage.certifiedMail.onTaken = () => undefined;
    stage.certifiedMail.mood = 'takes';
    await stage.openProcess();
    const row = await eventually(async () => {
      const found = await stage.row(id);
      expect(found.state).toBe('submitted');
      return found;
    });
    // The stand-in refuses other bytes under a key that it knows: these were the same.
    expect(stage.certifiedMail.requests).toBe(2);
    expect(stage.certifiedMail.taken).toHaveLength(1);
    expect(row.identificativo).toBe(stage.certifiedMail.taken[0]?.identificativo);
    const told = (await stage.toldOf(id)).map(({ type }) => type);
    expect(told).toEqual(['communication-asked', 'communication-submitted']);
  });
});
