import { describe, expect, test } from '@jest/globals';
import { SenderTurns } from './sender-turns.ts';

describe('the turns of senders', () => {
  test('come one after the other for one, in the order in which they were asked for, and at once for others', async () => {
    const turns = new SenderTurns();
    const said: string[] = [];
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const work = (name: string, gate?: Promise<void>) => async () => {
      said.push(`${name} begins`);
      await gate;
      said.push(`${name} ends`);
      return name;
    };
    const first = turns.take('anna', work('a1', gates[0]?.promise));
    const second = turns.take('anna', work('a2', gates[1]?.promise));
    expect(await turns.take('mario', work('m'))).toBe('m');
    expect(said).toEqual(['a1 begins', 'm begins', 'm ends']);
    gates[0]?.resolve();
    expect(await first).toBe('a1');
    gates[1]?.resolve();
    expect(await second).toBe('a2');
    expect(said.slice(3)).toEqual(['a1 ends', 'a2 begins', 'a2 ends']);
  });

  test('go on after work that failed, and leave nothing behind', async () => {
    const turns = new SenderTurns();
    const failing = turns.take('anna', () => Promise.reject(new Error('the disk is full')));
    const next = turns.take('anna', () => Promise.resolve('taken'));
    await expect(failing).rejects.toThrow('the disk is full');
    expect(await next).toBe('taken');
    expect(turns.size).toBe(0);
  });
});
