import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import { communicationId } from '../src/domain/communication.ts';
import { takeTurn } from '../src/persistence/communication.store.ts';
import type { Tx } from '../src/persistence/tx.ts';
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

    // The turn itself: who is second gets none until eight seconds have passed.
    const turns = await stage.client.$transaction(async (tx) => {
      await tx.$executeRaw`UPDATE communication SET next_try_at = clock_timestamp() WHERE id = ${id}::uuid`;
      const before = await databaseClock(tx);
      const taken = [await takeTurn(tx, id), await takeTurn(tx, id)];
      const { nextTryAt } = await tx.communication.findUniqueOrThrow({ where: { id } });
      return {
        taken: taken.map((turn) => turn !== null),
        before,
        next: Number(nextTryAt),
        after: await databaseClock(tx),
      };
    });
    expect(turns.taken).toEqual([true, false]);
    expect(turns.next - 8_000).toBeGreaterThanOrEqual(turns.before - 1);
    expect(turns.next - 8_000).toBeLessThanOrEqual(turns.after + 1);
  });
});

/** Milliseconds of the database's clock. */
async function databaseClock(tx: Tx): Promise<number> {
  const [row] = await tx.$queryRaw<{ at: Date }[]>`SELECT clock_timestamp() AS at`;
  return row?.at.getTime() ?? Number.NaN;
}
