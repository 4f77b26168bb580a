// The application of the console, built: what its server gives to browsers.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, say } from './say.mjs';
import { hashOf, isDone, markDone, root } from './stamps.mjs';

const builder = join('tools', 'build', 'web.mjs');
const web = join('apps', 'console', 'web');

export async function buildWeb() {
  if (!existsSync(join(root, web))) return;
  const hash = hashOf([...sources(), builder, 'package-lock.json']);
  if (existsSync(join(root, web, 'dist', 'index.html')) && isDone('web', hash)) return;
  say('building the pages of the console');
  await run(join(root, 'node_modules', '.bin', 'node'), [builder, 'console'], { folder: root });
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
