import { spawnSync } from 'node:child_process';
import { dovecotVersions } from './dovecot-settings.ts';
import type { DovecotVersion } from './dovecot-settings.ts';

/** Which of the versions `dovecot --version` names, as in `2.4.1-4 (7d8c0e5759)`; undefined for any other. */
export function dovecotVersionOf(words: string): DovecotVersion | undefined {
  return dovecotVersions.find((version) => words.startsWith(`${version}.`));
}

/** The version of the Dovecot of this machine. @throws Error when there is none, or one whose language we do not know */
export function installedDovecot(): DovecotVersion {
  const words = spawnSync('/usr/sbin/dovecot', ['--version'], { encoding: 'utf8' }).stdout ?? '';
  const version = dovecotVersionOf(words);
  if (version === undefined)
    throw new Error(
      `Dovecot ${dovecotVersions.join(' or ')} is needed, and this machine has: ${words.trim() || 'none'}`,
    );
  return version;
}
