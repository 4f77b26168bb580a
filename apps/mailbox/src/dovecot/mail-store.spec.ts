import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { certifiedAddress } from '@recapito/primitives';
import { MailStore } from './mail-store.ts';
import { storeFolder } from './store-folder.ts';

const store = storeFolder(mkdtempSync(join(tmpdir(), 'recapito-store-')));
let umask: number;

beforeEach(() => {
  // As write-configuration leaves it; a service runs with a umask that opens nothing.
  for (const each of [store.folder, store.homes, store.rights]) {
    mkdirSync(each, { recursive: true });
    chmodSync(each, 0o755);
  }
  umask = process.umask(0o077);
});

afterEach(() => {
  process.umask(umask);
  rmSync(store.folder, { recursive: true });
});

test('what Dovecot works in is open to its accounts, whatever the umask of the service', async () => {
  const mailStore = new MailStore(store);
  const address = certifiedAddress('mario.rossi@postacertificata.gov.it');
  await mailStore.prepareHome({ address, service: 'cec-pac', state: 'active' });
  await mailStore.writeOwnRights();
  const found = readdirSync(store.folder, { recursive: true, withFileTypes: true });
  expect(found.some((each) => each.isFile())).toBe(true);
  for (const each of found) {
    if (each.isSymbolicLink()) continue;
    const mode = (statSync(join(each.parentPath, each.name)).mode & 0o777).toString(8);
    expect([each.name, mode]).toEqual([each.name, each.isDirectory() ? '755' : '644']);
  }
});
