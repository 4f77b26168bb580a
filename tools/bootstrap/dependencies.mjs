// npm's packages, as the lock file names them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, say } from './say.mjs';
import { hashOf, isDone, markDone, root } from './stamps.mjs';

/**
 * `npm install` rather than `npm ci`: a registry that lacks other platforms' optional packages makes npm leave them out
 * of the lock, and `npm ci` then refuses the lock.
 */
export async function installDependencies() {
  const hash = hashOf(['package-lock.json']);
  if (existsSync(join(root, 'node_modules', '.package-lock.json')) && isDone('npm', hash)) return;
  say('installing the npm packages of package-lock.json (a minute the first time)');
  await run(...npm('install', '--no-audit', '--no-fund'), { folder: root });
  markDone('npm', hashOf(['package-lock.json']));
}

/** The npm that runs us, else the one on the PATH. */
function npm(...parameters) {
  const script = process.env['npm_execpath'];
  return script && existsSync(script) ? [process.execPath, [script, ...parameters]] : ['npm', parameters];
}
