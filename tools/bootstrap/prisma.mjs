// The Prisma client of each app, generated from its schema.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint, say } from './say.mjs';
import { hashOf, isDone, markDone, root } from './stamps.mjs';

export async function generateClients() {
  const due = appsWithSchema().filter(({ app, hash }) => !(existsSync(clientOf(app)) && isDone(`prisma-${app}`, hash)));
  if (due.length === 0) return;
  say(`generating the Prisma client of ${due.map(({ app }) => app).join(', ')}`);
  await Promise.all(
    due.map(async ({ app, hash }) => {
      await generate(app);
      markDone(`prisma-${app}`, hash);
    }),
  );
}

function appsWithSchema() {
  return readdirSync(join(root, 'apps')).flatMap((app) => {
    const folder = join('apps', app, 'prisma');
    if (!existsSync(join(root, folder))) return [];
    const files = readdirSync(join(root, folder)).filter((name) => name.endsWith('.prisma'));
    const paths = files.sort().map((name) => join(folder, name));
    return paths.length === 0 ? [] : [{ app, hash: hashOf(paths, prismaVersion()) }];
  });
}

function prismaVersion() {
  return JSON.parse(readFileSync(join(root, 'node_modules', 'prisma', 'package.json'), 'utf8')).version;
}

function clientOf(app) {
  return join(root, 'apps', app, 'src', 'persistence', 'generated');
}

/** Offline: the native schema engine is neither needed nor fetched. */
function generate(app) {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', 'prisma'), ['generate', '--schema', 'prisma'], {
      cwd: join(root, 'apps', app),
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`,
        PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Complaint(`prisma generate failed for ${app}:\n${Buffer.concat(output).toString()}`));
    });
  });
}
