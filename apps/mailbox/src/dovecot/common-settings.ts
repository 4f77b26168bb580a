import { deliveryDelimiter } from '@recapito/contracts';
import { addressCharacters, mostSessions } from './dovecot-settings.ts';
import type { DovecotAccounts, DovecotSettings, InnerTls } from './dovecot-settings.ts';

/** What the languages of Dovecot 2.3 and 2.4 call by different names in settings that they share. */
export interface Dialect {
  /** The number of clients after which a process is replaced, and its value for never. */
  readonly restarts: string;
  readonly never: string;
  /** The address of a listener. */
  readonly listen: string;
  /** The value of the setting `default_internal_user`. */
  readonly internalUser: string;
  /** The lines for a certificate and its key, PEM files. */
  readonly shown: (certificate: string, key: string) => readonly string[];
}

const usualClients = 4_000;

/** They keep what is encrypted for those who are logged in, too. */
const loginProcesses = 4;

/** All that both languages say alike: accounts, TLS, log-ins, deliveries, processes. */
export function commonSettings(settings: DovecotSettings, dialect: Dialect): string {
  const { run, host, accounts, certificate, key, inner } = settings;
  return `base_dir = ${run}
state_dir = ${run}
instance_name = recapito
log_path = /dev/stderr
listen = ${host}
default_internal_user = ${accounts.internal.user}
default_internal_group = ${accounts.internal.group}
default_login_user = ${accounts.login}
mail_uid = ${accounts.mail.user}
mail_gid = ${accounts.mail.group}
first_valid_uid = 1
first_valid_gid = 1

ssl = required
ssl_min_protocol = TLSv1.2
${dialect.shown(certificate, key).join('\n')}
${innerCertificates(inner, dialect)}
mail_save_crlf = yes
namespace inbox {
  inbox = yes
  separator = /
}

# Every log-in is a question to the suite (gate.lua), and identity counts failures by source and account. A log-in that
# fails is answered late: one connection tries one in two seconds, and nobody else waits for it.
auth_username_chars = "${addressCharacters}"
auth_failure_delay = 2 secs
mail_max_userip_connections = ${mostSessions}

# Below the Return-Path line the bytes of a delivery are those that came.
lmtp_add_received_header = no
lmtp_hdr_delivery_address = none
lmtp_save_to_detail_mailbox = no
# What stands behind it is the id of a delivery. No address holds it, whereas many hold the usual "+".
recipient_delimiter = ${deliveryDelimiter}
doveadm_api_key = ${settings.doveadmKey}

${serviceBlocks(settings, dialect)}`;
}

/** Dovecot's processes: where each listens, how many of each there are and how many clients each has. */
function serviceBlocks(settings: DovecotSettings, dialect: Dialect): string {
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

/**
 * Services get a certificate of their own kind, and the gate has to show one of these authorities.
 * @rule INNER-TLS
 */
function innerCertificates(inner: InnerTls | undefined, { shown }: Dialect): string {
  if (inner === undefined) return '';
  const lines = shown(inner.certificate, inner.key).map((line) => `  ${line}\n`);
  const own = ['lmtp', 'doveadm'].map((protocol) => `protocol ${protocol} {\n${lines.join('')}}\n`);
  return `ssl_client_ca_file = ${inner.authorities}\nssl_client_require_valid_cert = yes\n${own.join('')}`;
}

function innerListener(inner: InnerTls | undefined): string {
  return inner === undefined ? '' : '\n    ssl = yes';
}

/** Only root can change its root folder. */
function chroot({ privileged }: DovecotAccounts): string {
  return privileged ? '' : '\n  chroot =';
}
