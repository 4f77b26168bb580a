// Gathers the packages that the services need at run time into dist/node_modules, from which images are built: what is
// installed for development is many times as much. Files are linked, not copied: it takes a second and no room.
import {
  existsSync,
  globSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runtimeModules } from './runtime-modules.ts';
import type { LockedPackage } from './runtime-modules.ts';

const root = join(import.meta.dirname, '..', '..');
const target = join(root, 'dist');

/** Types and maps serve whoever writes code, and databases other than ours have engines of their own. */
const leftOut = /\.d\.[cm]?ts$|\.map$|\.md$|query_compiler_\w+\.(?!postgresql)[a-z]+\./;

/** What prepares secrets and databases takes names from it, and none of the servers, which have containers of their own. */
const ofPreparations = 'node_modules/@recapito/servers';

function gather(): void {
  rmSync(join(target, 'node_modules'), { recursive: true, force: true });
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, LockedPackage> };
  const services = globSync('apps/*/package.json', { cwd: root }).map((manifest) => dirname(manifest));
  for (const path of [...runtimeModules(packages, services), ofPreparations]) {
    const [from, to] = [join(root, path), join(target, path)];
    // The lock names packages for every platform; npm has installed those for this one.
    if (!existsSync(from)) continue;
    if (lstatSync(from).isSymbolicLink()) linkAgain(from, to);
    else linkFiles(from, to);
  }
}

/** A package of the house is a link to libs/, which lies as far from node_modules in an image as it does here. */
function linkAgain(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(readlinkSync(from), to);
}

/** Packages inside the package stand in the lock by themselves. */
function linkFiles(from: string, to: string): void {
  const files = globSync('**/*', { cwd: from, exclude: (name) => basename(name) === 'node_modules' });
  for (const file of files) {
    if (leftOut.test(file) || !lstatSync(join(from, file)).isFile()) continue;
    mkdirSync(dirname(join(to, file)), { recursive: true });
    linkSync(join(from, file), join(to, file));
  }
}

gather();
