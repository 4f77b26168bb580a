import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import { ReceivedData } from './received-data.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-taken-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const pieces = (count: number) => Array.from({ length: count }, (_, nth) => Buffer.alloc(10_000, 65 + (nth % 26)));

describe('what comes in', () => {
  test.each([
    ['small', 3],
    ['large', 40],
  ])('%s, is handed on byte for byte, and nothing of it stays', async (_, count) => {
    const taken = new ReceivedData(folder, 1_000_000);
    const whole = await taken.whole(Readable.from(pieces(count)), (bytes) => Promise.resolve(bytes));
    expect(whole.equals(Buffer.concat(pieces(count)))).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('and breaks off is handed on to nobody, and nothing of it stays', async () => {
    const broken = Readable.from(
      (function* () {
        yield* pieces(20);
        throw new Error('the client has gone');
      })(),
    );
    let handed = false;
    const taking = new ReceivedData(folder, 1_000_000).whole(broken, () => Promise.resolve((handed = true)));
    await expect(taking).rejects.toThrow('the client has gone');
    expect([handed, readdirSync(folder)]).toEqual([false, []]);
  });

  test('waits on disk until there is room in memory', async () => {
    const taken = new ReceivedData(folder, 1_000_000);
    const [inside, first] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const began: string[] = [];
    const one = taken.whole(Readable.from(pieces(30)), async () => {
      began.push('one');
      inside.resolve();
      await first.promise;
    });
    await inside.promise;
    const other = taken.whole(Readable.from(pieces(31)), () => Promise.resolve(began.push('other')));
    // The first is in memory; its file has gone.
    await eventually(() => readdirSync(folder).length === 1);
    expect(began).toEqual(['one']);
    first.resolve();
    await Promise.all([one, other]);
    expect(began).toEqual(['one', 'other']);
  });
});

test('what a process that died had begun to take goes after two hours, what another takes now stays', async () => {
  const [old, fresh] = [join(folder, 'old'), join(folder, 'fresh')];
  for (const path of [old, fresh]) writeFileSync(path, 'x');
  const before = Date.now() / 1_000 - 3 * 3_600;
  utimesSync(old, before, before);
  await new ReceivedData(folder, 1_000_000).prepare();
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
});
