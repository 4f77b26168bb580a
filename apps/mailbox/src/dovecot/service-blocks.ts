import type { DovecotAccounts, DovecotSettings, InnerTls } from './dovecot-settings.ts';

/** What the languages of Dovecot 2.3 and 2.4 call by different names in a block of a service. */
export interface Dialect {
  /** The number of clients after which a process is replaced, and its value for never. */
  readonly restarts: string;
  readonly never: string;
  /** The address of a listener. */
  readonly listen: string;
  /** The value of the setting `default_internal_user`. */
  readonly internalUser: string;
}

const usualClients = 4_000;

/** They keep what is encrypted for those who are logged in, too. */
const loginProcesses = 4;

/** Dovecot's processes: where each listens, how many of each there are and how many clients each has. */
export function serviceBlocks(settings: DovecotSettings, dialect: Dialect): string {
  const { ports, accounts, inner, clients = usualClients } = settings;
  return `service imap-login {
  ${dialect.restarts} = ${dialect.never}
  process_min_avail = 2
  process_limit = ${loginProcesses}
  client_limit = ${Math.ceil(clients / loginProcesses)}${chroot(accounts)}
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service pop3-login {
  ${dialect.restarts} = ${dialect.never}
  process_limit = ${loginProcesses}
  client_limit = ${Math.ceil(clients / loginProcesses)}${chroot(accounts)}
  inet_listener pop3 {
    port = 0
  }
  inet_listener pop3s {
    port = ${ports.pop3s}
    ssl = yes
  }
}
service imap {
  ${dialect.restarts} = 200
  process_limit = 1024
}
service pop3 {
  ${dialect.restarts} = 200
  process_limit = 256
}
# Deliveries are made one after the other, by one process for all connections: at once, Sieve's memory of the deliveries
# to a box loses entries, and a box that has no INBOX yet gets two.
service lmtp {
  ${dialect.restarts} = ${dialect.never}
  process_min_avail = 1
  process_limit = 1
  client_limit = 1000
  unix_listener lmtp {
    mode = 0
  }
  inet_listener lmtp {
    ${dialect.listen} = 127.0.0.1
    port = ${ports.lmtp}${innerListener(inner)}
  }
}
service doveadm {
  inet_listener http {
    ${dialect.listen} = 127.0.0.1
    port = ${ports.doveadm}${innerListener(inner)}
  }
}
service auth {
  client_limit = 4096
}
service auth-worker {
  user = ${dialect.internalUser}
}
# With the penalty of failures, one address with a wrong password slows down everybody who comes from behind it.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }${chroot(accounts)}
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`;
}

function innerListener(inner: InnerTls | undefined): string {
  return inner === undefined ? '' : '\n    ssl = yes';
}

/** Only root can change its root folder. */
function chroot({ privileged }: DovecotAccounts): string {
  return privileged ? '' : '\n  chroot =';
}
