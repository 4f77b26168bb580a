// Debian packages: as root, by apt, and without the daemons that their installation would start.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { run, say } from './say.mjs';

const policy = '/usr/sbin/policy-rc.d';
const policyBefore = `${policy}.before-recapito`;
const ours = '#!/bin/sh\n# recapito: no daemon is started while its packages are installed\nexit 101\n';

/** Only root, only where apt is, and not against the will of whoever set RECAPITO_INSTALL=no. */
export function mayInstall() {
  if (process.env['RECAPITO_INSTALL'] === 'no') return false;
  return process.getuid() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Installs one package of each list of alternatives: the first that this system's archives hold. */
export async function installPackages(alternatives) {
  say('apt-get update');
  await apt('update');
  const chosen = alternatives.map(availableOf);
  say(`apt-get install ${chosen.join(' ')}`);
  await withoutDaemons(() => apt('install', '--yes', '--no-install-recommends', ...chosen));
}

async function apt(...parameters) {
  // Another apt (unattended upgrades) may hold the lock for a while.
  await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...parameters], {
    environment: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** The first of some packages that this system's archives hold; the first of all when none is known here. */
export function availableOf(names) {
  return names.find(isAvailable) ?? names[0];
}

function isAvailable(name) {
  const shown = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' }).stdout ?? '';
  return /Candidate: (?!\(none\))/.test(shown);
}

/** A policy of ours says no to every daemon; whatever stood there before comes back, also after Ctrl-C. */
async function withoutDaemons(install) {
  restore();
  const wait = () => undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, wait);
  try {
    if (existsSync(policy)) renameSync(policy, policyBefore);
    writeFileSync(policy, ours, { mode: 0o755 });
    await install();
  } finally {
    restore();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, wait);
  }
}

/** Also undoes what a bootstrap that was killed in the middle has left. */
function restore() {
  if (existsSync(policy) && readFileSync(policy, 'utf8') === ours) rmSync(policy);
  if (existsSync(policyBefore)) renameSync(policyBefore, policy);
}
