// The application of the console, built: what its server gives to browsers.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint, say } from './say.mjs';
import { hashOf, isDone, markDone, root } from './stamps.mjs';

const builder = join('tools', 'build', 'web.mjs');
const web = join('apps', 'console', 'web');

export function buildWeb() {
  if (!existsSync(join(root, web))) return;
  const hash = hashOf([...sources(), builder, 'package-lock.json']);
  if (existsSync(join(root, web, 'dist', 'index.html')) && isDone('web', hash)) return;
  say('building the pages of the console');
  const node = join(root, 'node_modules', '.bin', 'node');
  const { status } = spawnSync(node, [builder, 'console'], { cwd: root, stdio: 'inherit' });
  if (status !== 0)
    throw new Complaint('the pages of the console could not be built: the words above say which source is at fault');
  markDone('web', hash);
}

/** What the pages are made of, in a fixed order. The server's types are erased from them. */
function sources() {
  const files = readdirSync(join(root, web), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath ?? file.path, file.name).slice(root.length + 1))
    .filter((path) => !path.startsWith(join(web, 'dist')) && !path.endsWith('.spec.ts'))
    .sort();
}
