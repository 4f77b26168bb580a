import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { serviceLogger } from '../observability/logger.ts';
import { KeptSources } from './kept-sources.ts';
import { sourcesOf } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'recapito-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));
const silent = serviceLogger('sources', 'silent');

// @rule SOURCE-KNOWN
test('known sources outlive a restart, in a file that only its owner reads', async () => {
  const before = new KeptSources(folder, silent);
  before.known.succeeded(sourcesOf('192.0.2.1'), Date.now());
  await before.stop();
  expect(statSync(join(folder, 'known-sources.json')).mode & 0o777).toBe(0o600);
  const after = new KeptSources(folder, silent);
  expect(after.known.has(sourcesOf('192.0.2.1'))).toBe(true);
  await after.stop();
});

test('a file that cannot be read counts as an empty one', async () => {
  writeFileSync(join(folder, 'known-sources.json'), '{');
  const kept = new KeptSources(folder, silent);
  expect(kept.known.size).toBe(0);
  await kept.stop();
});
