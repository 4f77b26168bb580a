import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, lstat, mkdtemp, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { childProcess, eventually, memoryDisk } from '@recapito/testing';
import { removeRun, RunFolder } from '@recapito/servers';
import { backUp } from './back-up.ts';
import { Refused } from '../command-line/index.ts';
import { restore } from './restore.ts';
import { dataOfRun, keysOfRun, openTo, secretsOfRun, standingRun, write } from './test/standing-run.ts';

let place: string;
let run: string;
let secrets: string;
let data: string;
let keys: string;
let back: string;
let backSecrets: string;

const silent = { says: () => undefined, copied: () => undefined, verified: () => undefined };
const takeBackup = (more: { data?: string; keys?: string } = {}) =>
  backUp({ run, secrets, data, keys, ...silent, ...more });
const putBack = (more: { overwrite?: boolean; keys?: string; says?: (words: string) => void } = {}) =>
  restore({ run: back, secrets: backSecrets, data, keys, overwrite: false, ...silent, ...more });

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'recapito-backup-'));
  await chmod(place, openTo);
  ({ run, secrets } = await standingRun(place));
  [data, keys, back, backSecrets] = ['data', 'keys', 'back', 'back-secrets'].map((name) => join(place, name)) as [
    string,
    string,
    string,
    string,
  ];
});

afterEach(async () => {
  await removeRun(back);
  await rm(place, { recursive: true });
});

async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => new Error('it was not refused'),
    (fault: unknown) => fault,
  );
  if (error instanceof Refused) return error.message;
  throw error;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function changeManifest(folder: string, change: (text: string) => string): Promise<void> {
  const text = change(await readFile(join(folder, 'manifest.json'), 'utf8'));
  await writeFile(join(folder, 'manifest.json'), text);
  await writeFile(join(folder, 'manifest.json.sha256'), `${sha256(text)}  manifest.json\n`);
}

describe('a backup of a run that stands', () => {
  test('is restored byte for byte, with modes, times and links, and the keys where they belong', async () => {
    const message = 'services/certified-mail/spool/e1796000000000/opec1@pec.example';
    await utimes(join(run, message), 1_790_000_000, 1_790_000_000);
    await takeBackup();
    await putBack();
    for (const [path, content] of Object.entries({ ...dataOfRun, ...keysOfRun })) {
      if (path.includes('epoch-')) continue;
      expect([path, readFileSync(join(back, path), 'utf8')]).toEqual([path, content]);
    }
    for (const [path, content] of Object.entries(secretsOfRun))
      expect(readFileSync(join(backSecrets, path), 'utf8')).toBe(content);
    const { mode, mtimeMs } = await stat(join(back, message));
    expect([mode & 0o777, mtimeMs]).toEqual([0o640, 1_790_000_000_000]);
    expect(await readlink(join(back, 'store/homes/pec.example/anna/rights'))).toBe('../../../rights/cec-pac/active');
    expect(existsSync(join(back, 'kafka/log/mailbox.directory.v1-0/00000000000000000000.index'))).toBe(false);
    expect(existsSync(join(back, 'postgres/postmaster.pid'))).toBe(false);
  });

  // @rule BACKUP-KEYS-APART
  test('holds no key, and the bundle of keys no data', async () => {
    await takeBackup();
    const listed = async (folder: string) => {
      const { entries } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
        entries: { kind: string; path: string }[];
      };
      return entries.filter(({ kind }) => kind === 'file').map(({ path }) => path);
    };
    expect((await listed(data)).sort()).toEqual(Object.keys(dataOfRun).sort());
    expect((await listed(keys)).sort()).toEqual([
      'run/kafka/credentials/mailbox.password',
      'run/postgres.password',
      'run/store/doveadm.key',
      'run/store/gate.token',
      'run/store/tls-key.pem',
      'secrets/checkpoint.key',
      'secrets/providers/inps.key',
    ]);
  });

  // @rule RESTORE-NEW-EPOCH
  test('leaves a mark for each service, by which it finds that its database was put back', async () => {
    await takeBackup();
    const from = Date.now();
    await putBack();
    const epochs = ['identity', 'mailbox', 'certified-mail', 'migration', 'notification', 'audit-log'].map((service) =>
      Number(readFileSync(join(back, 'services', service, `epoch-recapito_${service.replaceAll('-', '_')}`), 'utf8')),
    );
    for (const epoch of epochs) expect(epoch).toBeGreaterThanOrEqual(from);
  });

  // @rule RESTORE-NEW-EPOCH
  test('marks an epoch above the one that the service had, also when that is ahead of the clock', async () => {
    await write(run, { 'services/audit-log/epoch-recapito_audit_log': '4102444800000\n' });
    await takeBackup();
    await putBack();
    expect(readFileSync(join(back, 'services/audit-log/epoch-recapito_audit_log'), 'utf8')).toBe('4102444800001\n');
  });
});

describe('a backup is refused', () => {
  // @rule BACKUP-KEYS-APART
  test('when keys would lie beside the data, or either in the run', async () => {
    expect(await refusalOf(takeBackup({ keys: join(data, 'keys') }))).toMatch(/different folders/);
    expect(await refusalOf(takeBackup({ keys: data }))).toMatch(/different folders/);
    expect(await refusalOf(takeBackup({ data: join(run, 'backup') }))).toMatch(/lies in the folder that is backed up/);
    expect(existsSync(data)).toBe(false);
  });

  test('when a folder holds anything', async () => {
    await write(data, { 'holiday.jpg': 'a picture' });
    expect(await refusalOf(takeBackup())).toBe(`${data} is not empty: name a folder that is, or does not exist`);
    expect(readFileSync(join(data, 'holiday.jpg'), 'utf8')).toBe('a picture');
  });

  test('of a folder that is no run', async () => {
    await rm(join(run, 'postgres.initialised'));
    expect(await refusalOf(takeBackup())).toMatch(/is not the folder of a run/);
  });
});

describe('a backup that was interrupted', () => {
  // @rule BACKUP-WHOLE
  test('by a full disk says so, cannot be restored, and is made again in the same folder', async () => {
    const disk = await memoryDisk(2);
    data = join(disk.path, 'data');
    await write(run, { 'services/certified-mail/spool/large': 'x'.repeat(200_000) });
    try {
      await disk.fill(100);
      expect(await refusalOf(takeBackup())).toBe(`there is no room left in ${data}`);
      expect(await refusalOf(putBack())).toMatch(/interrupted before its end and cannot be restored/);
      await disk.makeRoom();
      await takeBackup();
      await putBack();
      expect((await stat(join(back, 'services/certified-mail/spool/large'))).size).toBe(200_000);
    } finally {
      await disk.remove();
    }
  });

  // @rule BACKUP-PAUSE-ENDS
  test('by a kill while the suite was paused has the suite go on', async () => {
    const writer = childProcess(join(import.meta.dirname, 'test', 'writer.ts'));
    const pauser = childProcess(join(import.meta.dirname, 'test', 'pauser.ts'), { arguments: [String(writer.pid)] });
    try {
      await writer.line(/^written /);
      await pauser.line('paused');
      expect(stateOf(writer.pid)).toBe('T');
      await pauser.kill();
      await eventually(() => stateOf(writer.pid) !== 'T');
    } finally {
      await pauser.cleanUp();
      await writer.cleanUp();
    }
  });
});

/** The state of a process as the kernel shows it: T when it was stopped. */
function stateOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
}

// @rule RESTORE-VERIFIES
describe('a restore is refused before anything is touched', () => {
  const spooled = 'files/services/certified-mail/spool/e1796000000000/opec1@pec.example';

  beforeEach(async () => {
    await takeBackup();
  });

  afterEach(() => {
    expect(existsSync(backSecrets)).toBe(false);
  });

  test.each([
    ['a byte of a file is another', () => writeFile(join(data, spooled), 'a message on its wax'), 'changed', spooled],
    ['a file is longer', () => writeFile(join(data, spooled), 'a message on its way!'), 'changed', spooled],
    ['a file is missing', () => rm(join(data, spooled)), 'missing', spooled],
    [
      'a file is too much',
      () => writeFile(join(data, 'files/services/x'), ''),
      'not in the manifest',
      'files/services/x',
    ],
  ])('when %s, which is named', async (_, damage, fault, path) => {
    await damage();
    expect(await refusalOf(putBack())).toBe(`the backup in ${data} is damaged:\n  ${fault}: ${path}`);
    expect(existsSync(back)).toBe(false);
  });

  test('when the manifest is another', async () => {
    const text = await readFile(join(data, 'manifest.json'), 'utf8');
    await writeFile(join(data, 'manifest.json'), text.replace('"mode": 416', '"mode": 438'));
    expect(await refusalOf(putBack())).toBe(`the backup in ${data} is damaged:\n  changed: manifest.json`);
  });

  // @rule RESTORE-OWN-DATA
  test('when data and their digests were changed together', async () => {
    const changed = 'a message on its wax';
    await writeFile(join(data, spooled), changed);
    await changeManifest(data, (text) => text.replace(sha256('a message on its way'), sha256(changed)));
    expect(await refusalOf(putBack())).toBe(`the data in ${data} were changed after the backup: its keys name others`);
  });

  test('when the keys are damaged, or those of another backup', async () => {
    const other = join(place, 'other-keys');
    await takeBackup({ data: join(place, 'other-data'), keys: other });
    expect(await refusalOf(putBack({ keys: other }))).toMatch(/are not those of the backup/);
    expect(await refusalOf(putBack({ keys: data }))).toMatch(/holds the data of a backup, not its keys/);
    await writeFile(join(keys, 'files/secrets/checkpoint.key'), 'another key');
    expect(await refusalOf(putBack())).toBe(
      `the backup in ${keys} is damaged:\n  changed: files/secrets/checkpoint.key`,
    );
  });

  test('when the folder holds anything, unless that is to be removed', async () => {
    await write(back, { 'saved/letter': 'kept' });
    expect(await refusalOf(putBack())).toMatch(/is not empty: name another folder with --to, or say --overwrite/);
    expect(readFileSync(join(back, 'saved/letter'), 'utf8')).toBe('kept');
  });

  test('when a suite runs there, whatever is said', async () => {
    const claimed = await RunFolder.claim(back);
    expect(await refusalOf(putBack({ overwrite: true }))).toMatch(/a suite runs in .*: stop it first/);
    await claimed.release();
  });
});

test('secrets that are others than those of the backup are not replaced, and named', async () => {
  await takeBackup();
  await write(backSecrets, { 'checkpoint.key': 'the key of another installation' });
  expect(await refusalOf(putBack())).toMatch(/others than those of the backup[^]*back-secrets\/checkpoint\.key$/);
  expect(readFileSync(join(backSecrets, 'checkpoint.key'), 'utf8')).toBe('the key of another installation');
});

test('what lies in the folder goes when that was said', async () => {
  await takeBackup();
  await write(back, { 'saved/letter': 'old' });
  await putBack({ overwrite: true });
  expect(existsSync(join(back, 'saved/letter'))).toBe(false);
  expect(existsSync(join(back, 'store/homes/pec.example/anna'))).toBe(true);
});

// @rule RESTORE-OWN-DATA
test('a backup of an earlier release, whose keys do not name the data, is restored and that is said', async () => {
  await takeBackup();
  await changeManifest(keys, (text) => text.replace(/ "dataManifest": "[0-9a-f]{64}",/, ''));
  const said: string[] = [];
  await putBack({ says: (words) => said.push(words) });
  expect(said).toContain('An earlier release made this backup: its keys do not say whether its data are as they were');
});

// @rule RESTORE-AGAIN
test('a restore that was interrupted is repeated by the same words, and by no other backup', async () => {
  await takeBackup();
  const other = { data: join(place, 'other-data'), keys: join(place, 'other-keys') };
  await takeBackup(other);
  let copied = 0;
  const interrupted = restore({
    run: back,
    secrets: backSecrets,
    data,
    keys,
    overwrite: false,
    ...silent,
    copied: () => {
      if ((copied += 1) === 3) throw new Error('the machine went down');
    },
  });
  await expect(interrupted).rejects.toThrow('the machine went down');
  expect(existsSync(join(back, 'restore.unfinished'))).toBe(true);
  [data, keys, other.data, other.keys] = [other.data, other.keys, data, keys];
  expect(await refusalOf(putBack())).toMatch(/is not empty/);
  [data, keys] = [other.data, other.keys];
  await putBack();
  expect(existsSync(join(back, 'restore.unfinished'))).toBe(false);
  expect((await lstat(join(back, 'store/homes/pec.example/anna/mail'))).isDirectory()).toBe(true);
});
