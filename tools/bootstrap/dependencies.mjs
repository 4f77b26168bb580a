// npm's packages, as the lock file names them.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, say } from './say.mjs';
import { hashOf, isDone, markDone, root } from './stamps.mjs';

/**
 * Installs what running the suite needs, and with `all` what building, checking and measuring it needs too (npm's
 * `devDependencies`). Packages that are there and not asked for stay.
 * `npm install` rather than `npm ci`: a registry that lacks other platforms' optional packages makes npm leave them out
 * of the lock, and `npm ci` then refuses the lock.
 */
export async function installDependencies({ all }) {
  const [some, every] = stamps();
  const installed = existsSync(join(root, 'node_modules', '.package-lock.json'));
  if (installed && (isDone('npm', every) || (!all && isDone('npm', some)))) return;
  say('installing the npm packages of package-lock.json (a minute the first time)');
  await run(...npm('install', ...(all ? [] : ['--omit=dev']), '--no-audit', '--no-fund'), { folder: root });
  // 68 MB of headers that the package of Node leaves behind; an install later npm itself would remove them.
  rmSync(join(root, 'node_modules', 'node', 'node_modules'), { recursive: true, force: true });
  // npm may have completed the lock.
  markDone('npm', stamps()[all ? 1 : 0]);
}

/** Of an install without and with the packages for checks. */
function stamps() {
  return [hashOf(['package-lock.json']), hashOf(['package-lock.json'], 'all')];
}

/** The npm that runs us, else the one on the PATH. */
function npm(...parameters) {
  const script = process.env['npm_execpath'];
  return script && existsSync(script) ? [process.execPath, [script, ...parameters]] : ['npm', parameters];
}
