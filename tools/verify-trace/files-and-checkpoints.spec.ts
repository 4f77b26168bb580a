import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cp, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointOf, signingKey, writeTrace } from './test/naive-trace.ts';
import type { Entry } from './test/naive-trace.ts';
import { edit, flip, run, TraceRoom } from './test/trace-room.ts';

let room: TraceRoom;
beforeAll(async () => {
  room = await TraceRoom.open();
});
afterAll(() => room.close());

describe('files beside the entries', () => {
  test.each([
    'note.txt',
    'entries/leggimi.txt',
    'entries/2010-02-30.ndjson',
    'tile/0/003',
    'tile/0/002.p/87',
    '.hidden',
  ])('%s, which nobody signed, is an error', async (path) => {
    const { exit, out } = await room.afterChange((folder) => writeFile(join(folder, path), 'x'));
    expect(out).toContain(`${path} is no part of the signed trace`);
    expect(exit).toBe(1);
  });

  test('an empty day, an empty folder and a link are errors', async () => {
    const day = await room.afterChange((folder) => writeFile(join(folder, 'entries/2010-08-05.ndjson'), ''));
    const empty = await room.afterChange((folder) => mkdir(join(folder, 'entries/more')));
    const link = await room.afterChange((folder) => symlink('/dev/null', join(folder, 'entries/2010-08-05.ndjson')));
    expect(day).toMatchObject({ exit: 1, out: expect.stringContaining('2010-08-05.ndjson holds no entry') });
    expect(empty).toMatchObject({ exit: 1, out: expect.stringContaining('entries/more is no part') });
    expect(link).toMatchObject({ exit: 1, out: expect.stringContaining('2010-08-05.ndjson is no part') });
  });

  test('a changed leaf hash in a tile names the entry', async () => {
    const { exit, out } = await room.afterChange((folder) => flip(join(folder, 'tile/0/001'), 3 * 32));
    expect(out).toContain('Entry 259 does not fit: its content and its hash');
    expect(exit).toBe(1);
  });

  test('a changed hash in a tile above names the entries below it', async () => {
    const { exit, out } = await room.afterChange((folder) => flip(join(folder, 'tile/1/000.p/2'), 40));
    expect(out).toContain('tile/1/000.p/2 was changed: its hash for entries 256 to 511');
    expect(exit).toBe(1);
  });

  test('a missing tile and a short one are errors', async () => {
    const missing = await room.afterChange((folder) => rm(join(folder, 'tile/0/000')));
    const short = await room.afterChange((folder) => truncate(join(folder, 'tile/0/002.p/88'), 32));
    expect(missing).toMatchObject({ exit: 1, out: expect.stringContaining('tile/0/000 is missing') });
    expect(short).toMatchObject({ exit: 1, out: expect.stringContaining('tile/0/002.p/88 has the wrong') });
  });
});

describe('the checkpoint', () => {
  test('with any byte flipped is an error', async () => {
    const length = (await readFile(join(room.pristine, 'checkpoint'))).length;
    for (let at = 0; at < length; at += 13)
      expect({ at, ...(await room.afterChange((folder) => flip(join(folder, 'checkpoint'), at))) }).toMatchObject({
        at,
        exit: 1,
      });
  });

  test('that is missing, empty or followed by a newline is an error', async () => {
    expect(await room.afterChange((folder) => rm(join(folder, 'checkpoint')))).toMatchObject({ exit: 1 });
    expect(await room.afterChange((folder) => truncate(join(folder, 'checkpoint'), 0))).toMatchObject({ exit: 1 });
    const newline = await room.afterChange((folder) => edit(join(folder, 'checkpoint'), (note) => `${note}\n`));
    expect(newline).toMatchObject({ exit: 1, out: expect.stringContaining('not a signed note') });
  });

  test('that another key signed is an error', async () => {
    const { exit, out } = await run([room.pristine, '--public-key', signingKey().verifier]);
    expect(out).toContain('was not signed, as it stands, by the given key');
    expect(exit).toBe(1);
  });
});

describe('a consistent rewrite', () => {
  const rewritten = (): Entry[] =>
    room.entries.map((entry, index) => (index === 270 ? { ...entry, value: Buffer.from('{}') } : entry));

  test('without the key fails at the checkpoint in the folder', async () => {
    const folder = join(room.folder, 'rewritten-without-key');
    await writeTrace(folder, rewritten(), room.key);
    await cp(join(room.pristine, 'checkpoint'), join(folder, 'checkpoint'));
    const { exit, out } = await run([folder, '--public-key', room.key.verifier]);
    expect(out).toContain('Entries from 0 to 599 are not those of the signed checkpoint of size 600');
    expect(exit).toBe(1);
  });

  test('with the stolen key fails at the first checkpoint that a witness kept, which bounds the range', async () => {
    const folder = join(room.folder, 'rewritten-with-key');
    await writeTrace(folder, rewritten(), room.key);
    const kept = join(room.folder, 'kept-by-witness');
    await writeFile(kept, [260, 500, 280].map((size) => checkpointOf(room.entries.slice(0, size), room.key)).join(''));
    expect(await run([folder, '--public-key', room.key.verifier])).toMatchObject({ exit: 0 });
    const { exit, out } = await run([folder, '--public-key', room.key.verifier, '--since', kept]);
    expect(out).toContain('Entries from 260 to 279 are not those of the signed checkpoint of size 280');
    expect(exit).toBe(1);
  });

  test('that only cuts the end fails at the checkpoint that was longer', async () => {
    const folder = join(room.folder, 'cut');
    await writeTrace(folder, room.entries.slice(0, 400), room.key);
    const kept = join(room.folder, 'kept-longer');
    await writeFile(kept, checkpointOf(room.entries, room.key));
    const { exit, out } = await run([folder, '--public-key', room.key.verifier, '--since', kept]);
    expect(out).toContain('The trace has 400 entries and had 600');
    expect(exit).toBe(1);
  });
});
