import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { beginBundle, endBundle, filesOf, verifyBundle } from './bundle.ts';
import { straysIn } from './confined.ts';
import type { Entry } from './entries.ts';
import { layDown } from './lay-down.ts';

const content = '* * * * * root /tmp/mine\n';
const shared = { owner: 'root', group: 'root' };
const file = (path: string, mode = 0o640): Entry => ({
  ...shared,
  kind: 'file',
  path,
  mode,
  size: content.length,
  changedAt: 1_790_000_000_000,
  sha256: createHash('sha256').update(content).digest('hex'),
});
const folder = (path: string): Entry => ({ ...shared, kind: 'folder', path, mode: 0o700 });
const link = (path: string, target: string): Entry => ({ ...shared, kind: 'link', path, target });

// @rule RESTORE-CONFINED
describe('what a backup names stays below the folders that a restore fills', () => {
  test.each<[string, Entry[]]>([
    ['leads out of its folder: files/services/../../cron.d/mine', [file('services/../../cron.d/mine')]],
    ['leads out of its folder: files//etc/cron.d/mine', [file('/etc/cron.d/mine')]],
    ['leads out of its folder: files/services/./mine', [file('services/./mine')]],
    ['leads out of its folder: files/services//mine', [folder('services//mine')]],
    ['leads out of its folder: files/services/mi\0ne', [link('services/mi\0ne', 'a')]],
    ['a link that leads out of its part: files/services/mine', [link('services/mine', '/etc')]],
    ['a link that leads out of its part: files/services/mine', [link('services/mine', '../run.json')]],
    ['a link that leads out of its part: files/services', [link('services', 'store')]],
    ['a link that leads out of its part: files/store/a/b', [link('store/a/b', 'c/../../../../etc')]],
    ['a link that leads out of its part: files/store/a/b', [link('store/a/b', '../..')]],
    ['named twice: files/services/mine', [link('services/mine', 'other'), file('services/mine')]],
    ['lies below what is no folder: files/services/a/mine', [link('services/a', 'b'), file('services/a/mine')]],
    ['lies below what is no folder: files/services/a/b/mine', [file('services/a/b/mine'), file('services/a')]],
    ['would run as its owner: files/store/mine', [file('store/mine', 0o4755)]],
    ['would run as its owner: files/store/mine', [file('store/mine', 0o2755)]],
  ])('refused: %s', (fault, entries) => {
    expect(straysIn(entries)).toEqual([fault]);
  });

  test('what backups hold is taken: folders, files, links to rights', () => {
    const home = 'store/homes/pec.example/anna';
    expect(
      straysIn([
        folder('store'),
        folder(home),
        link(`${home}/rights`, '../../../rights/cec-pac/active'),
        link(`${home}/rights-of-before`, 'rights'),
        link('store/here', 'homes'),
        file(`${home}/..dots..`),
      ]),
    ).toEqual([]);
  });
});

describe('a bundle made by somebody else', () => {
  let place: string;

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'recapito-hostile-'));
  });

  afterEach(async () => {
    await rm(place, { recursive: true });
  });

  // @rule RESTORE-CONFINED
  test('is refused though every file has the SHA-256 that it states, and nothing is written beside the folder', async () => {
    const bundle = join(place, 'data');
    await beginBundle(bundle);
    await writeFile(join(filesOf(bundle), 'mine'), content);
    await endBundle(bundle, {
      format: 1,
      id: '0b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d',
      holds: 'data',
      version: '1.0.0',
      takenAt: '2026-11-30T12:00:00.000Z',
      running: false,
      pausedMs: 0,
      postgres: '18',
      entries: [folder('services'), file('services/../mine'), file('mine')],
    });
    await expect(verifyBundle(bundle, 'data')).rejects.toThrow(
      `the backup in ${bundle} is damaged:\n  leads out of its folder: files/services/../mine`,
    );
  });

  // @rule RESTORE-CONFINED
  test('writes through no link that another bundle has laid down', async () => {
    const [bundle, to] = [join(place, 'keys'), join(place, 'store')];
    await beginBundle(bundle);
    await beginBundle(to);
    await beginBundle(join(filesOf(bundle), 'store'));
    await writeFile(join(filesOf(bundle), 'store', 'tls-key.pem'), content);
    await writeFile(join(place, 'elsewhere'), 'as it was');
    await symlink('../elsewhere', join(to, 'tls-key.pem'));
    const laying = layDown(bundle, [file('store/tls-key.pem')], { as: 'store', to }, () => undefined);
    await expect(laying).rejects.toThrow('ELOOP');
    expect(await readdir(place)).toEqual(['elsewhere', 'keys', 'store']);
  });
});
