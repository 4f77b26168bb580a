// The programs of the apps, bundled: what npm start and npm test run.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, say } from './say.mjs';
import { hashOf, isDone, markDone, root, workshop } from './stamps.mjs';

const bundler = join('tools', 'build', 'bundle.mjs');

export async function bundleServices() {
  const apps = readdirSync(join(root, 'apps'));
  const programs = apps.flatMap(programsOf);
  if (programs.length === 0) return;
  const manifests = apps.map((app) => join('apps', app, 'package.json'));
  const compiler = [bundler, join('tools', 'swc-options.mjs'), 'package-lock.json'];
  const hash = hashOf([...sourcesIn('apps'), ...sourcesIn('libs'), ...manifests, ...compiler]);
  if (programs.every((file) => existsSync(file)) && isDone('services', hash)) return;
  say('bundling the services');
  // What Node has kept of earlier bundles.
  rmSync(join(workshop, 'compile-cache'), { recursive: true, force: true });
  await run(join(root, 'node_modules', '.bin', 'node'), [bundler], { folder: root });
  markDone('services', hash);
}

/** What bundles are made of, in a fixed order. */
function sourcesIn(folder) {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const sources = join(folder, name, 'src');
    const files = readdirSync(join(root, sources), { recursive: true, withFileTypes: true });
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath ?? file.path, file.name));
    return paths
      .filter((path) => !path.endsWith('spec.ts'))
      .map((path) => path.slice(root.length + 1))
      .sort();
  });
}

function programsOf(app) {
  const { programs } = JSON.parse(readFileSync(join(root, 'apps', app, 'package.json'), 'utf8'));
  return programs.map((program) => join(root, 'apps', app, 'dist', program.replace(/\.ts$/, '.js')));
}
