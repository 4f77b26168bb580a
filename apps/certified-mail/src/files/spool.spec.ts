import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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
    // The kernel answers EIO when it is read, as a disk with a bad sector does.
    symlinkSync('/proc/self/mem', join(folder, 'one'));
    await expect(spool.read('one', sha256)).rejects.toMatchObject({ name: 'LostFile', loss: 'unreadable' });
    rmSync(join(folder, 'one'));
    mkdirSync(join(folder, 'one'));
    await expect(spool.read('one', sha256)).rejects.toMatchObject({ name: 'LostFile', loss: 'unreadable' });
  });

  test('erases, and does not mind that a file is gone', async () => {
    await spool.write('one', Buffer.from('abc'));
    await spool.erase('one');
    await spool.erase('one');
    expect(existsSync(join(folder, 'one'))).toBe(false);
  });

  test('lists what is there, half-written files too, with its age', async () => {
    await spool.write('old', Buffer.from('abc'));
    await spool.write('new', Buffer.from('abc'));
    writeFileSync(join(folder, 'half.part'), 'a');
    utimesSync(join(folder, 'old'), 1_280_000_000, 1_280_000_000);
    const listed = await spool.list();
    expect(listed.map(({ name }) => name).sort()).toEqual(['half.part', 'new', 'old']);
    expect(listed.find(({ name }) => name === 'old')).toEqual({ name: 'old', place: '', sinceMs: 1_280_000_000_000 });
  });

  test('keeps what each epoch of the database writes apart, and finds all of it', async () => {
    const first = await spool.write('one', Buffer.from('abc'));
    await spool.enter(1_796_000_000_000);
    const second = await spool.write('two', Buffer.from('abd'));
    expect(readdirSync(folder).sort()).toEqual(['e1796000000000', 'one']);
    expect((await spool.list()).map(({ name, place }) => ({ name, place }))).toEqual([
      { name: 'one', place: '' },
      { name: 'two', place: 'e1796000000000' },
    ]);
    expect((await spool.read('one', first)).toString()).toBe('abc');
    expect((await spool.read('two', second)).toString()).toBe('abd');
    const another = new Spool(folder);
    expect((await another.read('two', second)).toString()).toBe('abd');
    for (const name of ['one', 'two']) await another.erase(name);
    expect(await spool.list()).toEqual([]);
  });

  test.each(['../x', 'a/b', '.hidden', '', 'x\0y'])('writes no file outside its folder (%j)', async (name) => {
    await expect(spool.write(name, Buffer.from('abc'))).rejects.toThrow('cannot name a file');
  });
});
