import { describe, expect, test } from '@jest/globals';
import { LostFile } from './spool.ts';
import { SpooledOriginals } from './spooled-originals.ts';

/** Originals over a spool that answers each look in turn. */
function looks(...answers: (Buffer | Error)[]): SpooledOriginals {
  return new SpooledOriginals({
    read: () => {
      const answer = answers.shift();
      return answer instanceof Buffer ? Promise.resolve(answer) : Promise.reject(answer ?? new Error('no more looks'));
    },
  });
}
const missing = () => new LostFile('one', 'missing');

describe('a file of the spool', () => {
  test('is lost at the third look in a row that does not find it', async () => {
    const originals = looks(missing(), missing(), missing());
    await expect(originals.read('one', 'hash')).rejects.toMatchObject({ name: 'InfrastructureFailure' });
    await expect(originals.read('one', 'hash')).rejects.toMatchObject({ name: 'InfrastructureFailure' });
    expect(await originals.read('one', 'hash')).toMatchObject({ loss: 'missing' });
  });

  test('that is found between two looks begins anew', async () => {
    const originals = looks(missing(), missing(), Buffer.from('abc'), missing(), missing());
    await expect(originals.read('one', 'hash')).rejects.toThrow('missing');
    await expect(originals.read('one', 'hash')).rejects.toThrow('missing');
    expect(await originals.read('one', 'hash')).toEqual(Buffer.from('abc'));
    await expect(originals.read('one', 'hash')).rejects.toThrow('missing');
    await expect(originals.read('one', 'hash')).rejects.toThrow('missing');
  });

  test('that no row names is lost at once', async () => {
    expect(await looks().read('one', null)).toMatchObject({ loss: 'missing' });
  });

  test('is not lost when the machine has no room to open it', async () => {
    const busy = () => Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    const originals = looks(busy(), busy(), busy(), busy());
    for (let nth = 0; nth < 4; nth++)
      await expect(originals.read('one', 'hash')).rejects.toThrow('too many open files');
  });
});
