import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointOf, writeTrace } from './test/naive-trace.ts';
import { editLine, lineWith, otherFirstByte, program, run, TraceRoom } from './test/trace-room.ts';

let room: TraceRoom;
beforeAll(async () => {
  room = await TraceRoom.open();
});
afterAll(() => room.close());

describe('a whole trace', () => {
  test('is found whole, with its size and root', async () => {
    const { exit, out } = await run([room.pristine, '--public-key', room.key.verifier]);
    expect(out).toMatch(/^Whole: 600 entries of gestore\.example\/trace, root [A-Za-z0-9+/]{43}=\.\n$/);
    expect(exit).toBe(0);
  });

  test.each([0, 1, 2, 255, 256, 257, 513])('of %i entries is found whole', async (size) => {
    const folder = join(room.folder, `size-${size}`);
    await writeTrace(folder, room.entries.slice(0, size), room.key);
    expect(await run([folder, '--public-key', room.key.verifier])).toMatchObject({ exit: 0, err: '' });
  });

  test('is found whole with the key in a file, with the key beside it, and with the bare 32 bytes', async () => {
    const folder = await room.copy();
    await writeFile(join(room.folder, 'elsewhere.pub'), `${room.key.verifier}\n`);
    await writeFile(`${folder}.pub`, `${room.key.verifier}\n`);
    const bare = Buffer.from(room.key.verifier.split('+').slice(2).join('+'), 'base64').subarray(1).toString('base64');
    expect(await run([folder, '--key', join(room.folder, 'elsewhere.pub')])).toMatchObject({ exit: 0 });
    expect(await run([folder])).toMatchObject({ exit: 0 });
    expect(await run([folder, '--public-key', bare])).toMatchObject({ exit: 0 });
  });

  test('has only grown since the checkpoints that others kept', async () => {
    const kept = join(room.folder, 'kept');
    await writeFile(
      kept,
      [1, 256, 300, 600].map((size) => checkpointOf(room.entries.slice(0, size), room.key)).join('\n'),
    );
    expect(await run([room.pristine, '--public-key', room.key.verifier, '--since', kept])).toMatchObject({ exit: 0 });
  });
});

describe('what cannot be verified', () => {
  test.each<[string, () => string[]]>([
    ['a folder that does not exist', () => [join(room.folder, 'nowhere'), '--public-key', room.key.verifier]],
    ['a folder with nothing of a trace', () => [join(room.folder), '--public-key', room.key.verifier]],
    ['a file', () => [program, '--public-key', room.key.verifier]],
    ['no folder at all', () => ['--public-key', room.key.verifier]],
    ['an unknown option', () => [room.pristine, '--public-key', room.key.verifier, '--fast']],
    ['no key', () => [room.pristine]],
    ['a key that is none', () => [room.pristine, '--public-key', 'AAAA']],
    [
      'a key whose id is not its own',
      () => [room.pristine, '--public-key', room.key.verifier.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ],
    ['a key file that is not there', () => [room.pristine, '--key', join(room.folder, 'no.pub')]],
    ['a key inside the trace', () => [room.pristine, '--key', join(room.pristine, 'checkpoint')]],
    [
      'an earlier checkpoint of another key',
      () => [room.pristine, '--public-key', room.key.verifier, '--since', program],
    ],
  ])('%s exits with 2 and one sentence', async (_, args) => {
    const { exit, out, err } = await run(args());
    expect(exit).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^[^\n]+\n$/);
  });
});

describe('what it says', () => {
  test('is Italian where the environment is', async () => {
    const folder = await room.copy();
    await editLine(3, lineWith('salt', otherFirstByte))(folder);
    const { out } = await run([folder, '--public-key', room.key.verifier], { LANG: 'it_IT.UTF-8' });
    expect(out).toContain('La voce 3 non torna: il contenuto e il suo hash nell’albero non concordano.');
  });

  test('with --help tells its options and exit codes in both languages', async () => {
    const [english, italian] = [await run(['--help']), await run(['--help'], { LC_ALL: 'it_IT' })];
    expect(english).toMatchObject({
      exit: 0,
      out: expect.stringContaining('Exit code: 0 the trace is whole'),
    });
    expect(italian).toMatchObject({
      exit: 0,
      out: expect.stringContaining('Codice di uscita: 0 la traccia è integra'),
    });
  });

  test('with --json is one object for programs', async () => {
    const folder = await room.copy();
    await editLine(3, lineWith('salt', otherFirstByte))(folder);
    const wholeTrace = JSON.parse(
      (await run([room.pristine, '--public-key', room.key.verifier, '--json'])).out,
    ) as unknown;
    const changedTrace = JSON.parse((await run([folder, '--public-key', room.key.verifier, '--json'])).out) as unknown;
    expect(wholeTrace).toMatchObject({
      whole: true,
      checkpoint: { origin: 'gestore.example/trace', size: 600 },
      faults: [],
    });
    expect(changedTrace).toMatchObject({ whole: false, faults: [{ fault: 'entry-changed', index: 3 }] });
  });
});
