// The application of the console, built: what its server gives to browsers.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, say } from './say.mjs';
import { hashOf, isDone, markDone, root } from './stamps.mjs';

const builder = join('tools', 'build', 'web.mjs');
const typeWriter = join('tools', 'build', 'api-types.mjs');
const documents = join('docs', 'api');
const web = join('apps', 'console', 'web');
const generated = join('api', 'generated');

export async function buildWeb() {
  if (!existsSync(join(root, web))) return;
  const hash = hashOf([...sources(), builder, 'package-lock.json']);
  if (existsSync(join(root, web, 'dist', 'index.html')) && isDone('web', hash)) return;
  say('building the pages of the console');
  await run(join(root, 'node_modules', '.bin', 'node'), [builder, 'console'], { folder: root });
  markDone('web', hash);
}

/** The types by which pages ask services, from the services' documents. */
export async function writeApiTypes() {
  if (!existsSync(join(root, documents)) || !existsSync(join(root, web))) return;
  const files = readdirSync(join(root, documents)).sort();
  const hash = hashOf([...files.map((file) => join(documents, file)), typeWriter, 'package-lock.json']);
  if (existsSync(join(root, web, generated)) && isDone('api-types', hash)) return;
  say('writing the types of the services for the pages of the console');
  await run(join(root, 'node_modules', '.bin', 'node'), [typeWriter], { folder: root });
  markDone('api-types', hash);
}

/** What the pages are made of, in a fixed order. The server's types are erased from them. */
function sources() {
  const files = readdirSync(join(root, web), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath ?? file.path, file.name).slice(root.length + 1))
    .filter((path) => !path.startsWith(join(web, 'dist')) && !path.startsWith(join(web, generated)))
    .filter((path) => !path.endsWith('.spec.ts'))
    .sort();
}
