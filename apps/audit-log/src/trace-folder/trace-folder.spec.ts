import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TraceFolders } from './trace-folder.ts';

let exports: string;

beforeEach(() => {
  exports = mkdtempSync(join(tmpdir(), 'recapito-exports-'));
});

afterEach(() => rmSync(exports, { recursive: true }));

test('an export is its service’s alone to read, folders and files alike', async () => {
  const folders = new TraceFolders(exports);
  const folder = await folders.begin('one');
  await folder.write('checkpoint', 'a note');
  async function* pieces() {
    yield await Promise.resolve('an entry\n');
  }
  await folder.stream('tiles/0.jsonl', pieces());
  await folders.finish('one', folder);
  const modes = ['', ...readdirSync(join(exports, 'one'), { recursive: true, encoding: 'utf8' })].map((name) => {
    return [name, (statSync(join(exports, 'one', name)).mode & 0o777).toString(8)];
  });
  expect(Object.fromEntries(modes)).toEqual({ '': '700', checkpoint: '600', tiles: '700', 'tiles/0.jsonl': '600' });
});
