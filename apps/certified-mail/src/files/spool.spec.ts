import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Spool } from './spool.ts';

let folder: string;
let spool: Spool;
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'recapito-spool-')), 'spool');
  spool = new Spool(folder);
  await spool.prepare();
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

describe('the spool', () => {
  test('keeps a message for its owner alone and tells its SHA-256', async () => {
    // printf abc | sha256sum
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(await spool.write('pec1.1@d.example', Buffer.from('abc'))).toBe(sha256);
    expect(statSync(join(folder, 'pec1.1@d.example')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['pec1.1@d.example']);
    expect((await spool.read('pec1.1@d.example', sha256)).toString()).toBe('abc');
  });

  test('gives nothing out that is not what was written', async () => {
    const sha256 = await spool.write('one', Buffer.from('abc'));
    writeFileSync(join(folder, 'one'), 'abd');
    await expect(spool.read('one', sha256)).rejects.toMatchObject({ name: 'LostFile', loss: 'altered' });
  });

  test('says what is wrong with a file that cannot be had', async () => {
    const sha256 = await spool.write('one', Buffer.from('abc'));
    await spool.erase('one');
    await expect(spool.read('one', sha256)).rejects.toMatchObject({ name: 'LostFile', loss: 'missing' });
    mkdirSync(join(folder, 'one'));
    await expect(spool.read('one', sha256)).rejects.toMatchObject({ name: 'LostFile', loss: 'unreadable' });
  });

  test('erases, and does not mind that a file is gone', async () => {
    await spool.write('one', Buffer.from('abc'));
    await spool.erase('one');
    await spool.erase('one');
    expect(existsSync(join(folder, 'one'))).toBe(false);
  });

  test('names what has been there for an hour, half-written files too', async () => {
    await spool.write('old', Buffer.from('abc'));
    await spool.write('new', Buffer.from('abc'));
    writeFileSync(join(folder, 'half.part'), 'a');
    const twoHoursAgo = Date.now() / 1000 - 7200;
    for (const name of ['old', 'half.part']) utimesSync(join(folder, name), twoHoursAgo, twoHoursAgo);
    expect((await spool.olderThan(3_600_000)).sort((one, other) => one.localeCompare(other))).toEqual([
      'half.part',
      'old',
    ]);
  });

  test.each(['../x', 'a/b', '.hidden', '', 'x\0y'])('writes no file outside its folder (%j)', async (name) => {
    await expect(spool.write(name, Buffer.from('abc'))).rejects.toThrow('cannot name a file');
  });
});
