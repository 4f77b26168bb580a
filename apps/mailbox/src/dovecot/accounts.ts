import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { DovecotAccounts } from './dovecot-settings.ts';

/** The numbers by which the kernel knows the owner of the mail. */
export interface MailOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts that Debian and its Dovecot package make. */
const debian = { mail: 'mail', internal: 'dovecot', login: 'dovenull' };

/**
 * Who does what in our Dovecot. Started by root, mail belongs to `mail` and the unprivileged processes are `dovecot` and
 * `dovenull`; started by anybody else, everything is theirs.
 */
export function dovecotAccounts(): DovecotAccounts {
  if (process.getuid?.() === 0) {
    return {
      privileged: true,
      mail: { user: debian.mail, group: debian.mail },
      internal: { user: debian.internal, group: debian.internal },
      login: debian.login,
    };
  }
  const user = userInfo().username;
  const mine = { user, group: groupName(process.getgid?.() ?? 0) };
  return { privileged: false, mail: mine, internal: mine, login: user };
}

/** The owner of homes: mailbox makes them, Dovecot writes in them. */
export function mailOwner(): MailOwner {
  return accountNumbers(dovecotAccounts().mail.user);
}

/** @throws Error when the system has no such account. */
export function accountNumbers(name: string): MailOwner {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`this system has no account "${name}": Debian's package dovecot-core makes it`);
}

function groupName(gid: number): string {
  for (const line of readFileSync('/etc/group', 'utf8').split('\n')) {
    const [group, , id] = line.split(':');
    if (Number(id) === gid) return group ?? String(gid);
  }
  return String(gid);
}
