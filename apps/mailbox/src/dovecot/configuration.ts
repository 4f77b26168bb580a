import { deliveryDelimiter } from '@recapito/contracts';
import type { StoreFolder } from './store-folder.ts';

/** Where Dovecot listens. LMTP and doveadm, for services alone, speak TLS where they are given a certificate for it. */
export interface DovecotPorts {
  readonly imaps: number;
  readonly pop3s: number;
  readonly lmtp: number;
  readonly doveadm: number;
}

export interface DovecotSettings {
  readonly store: StoreFolder;
  /** Folder of sockets and pids: its path has to be short, for a socket's path ends at 107 bytes. */
  readonly run: string;
  /** The address that mail clients reach; LMTP and doveadm stay on the loopback. */
  readonly host: string;
  readonly ports: DovecotPorts;
  /** Who the mail belongs to, and who the unprivileged processes are. */
  readonly accounts: DovecotAccounts;
  readonly certificate: string;
  readonly key: string;
  readonly doveadmKey: string;
  /** Connections at a time at each of the doors, IMAP and POP3, logged in or not; when they are all taken, the oldest of those
   * that have not logged in makes room. */
  readonly clients?: number | undefined;
  /** How mailbox and certified-mail are spoken with; in the clear when left out. */
  readonly inner?: InnerTls | undefined;
}

/** Files, PEM: what the mail store shows to mailbox and certified-mail, and who may have signed what mailbox shows to it. */
export interface InnerTls {
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string;
}

const usualClients = 4_000;

/** They keep what is encrypted for those who are logged in, too. */
const loginProcesses = 4;

/** Sessions of one box from one address: a mail client has one for each folder that it watches. */
const mostSessions = 20;

/** System accounts: root spreads the work over those that Debian's package made; anybody else does all of it alone. */
export interface DovecotAccounts {
  readonly privileged: boolean;
  readonly mail: { readonly user: string; readonly group: string };
  readonly internal: { readonly user: string; readonly group: string };
  readonly login: string;
}

/**
 * The whole configuration of a private Dovecot 2.3: IMAPS, POP3S, LMTP, log-ins decided by the suite.
 * Nothing of it refers to a box: what a box may do comes with each log-in and from the files of rights. // MAIL-STORE-LIMITS
 */
export function dovecotConfiguration(settings: DovecotSettings): string {
  const { store, run, host, ports, accounts, inner, clients = usualClients } = settings;
  return `# Written by the suite; a change here is lost at the next start.
base_dir = ${run}
state_dir = ${run}
instance_name = recapito
log_path = /dev/stderr
# No names and no codici fiscali in the log: a session is told by its id.
login_log_format_elements = method=%m rip=%r mpid=%e %c session=<%{session}>
mail_log_prefix = "%s(<%{session}>): "
protocols = imap pop3 lmtp
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
ssl_cert = <${settings.certificate}
ssl_key = <${settings.key}
${innerCertificates(inner)}
# A box is a folder of its own below homes/; sdbox keeps each message in one file, CRLF as it came.
mail_location = sdbox:~/mail
mail_save_crlf = yes
namespace inbox {
  inbox = yes
  separator = /
}

# Every log-in is a question to the suite (gate.lua), and identity counts failures by source and account. A log-in that
# fails is answered late: one connection tries one in two seconds, and nobody else waits for it.
auth_mechanisms = plain login
# Every character that an address may hold.
auth_username_chars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@!#$%&'*+/=?^_\`{|}~-"
auth_failure_delay = 2 secs
mail_max_userip_connections = ${mostSessions}
passdb {
  driver = lua
  args = file=${store.gateScript} blocking=yes
}
userdb {
  driver = prefetch
}
userdb {
  driver = lua
  args = file=${store.gateScript} blocking=yes
}

mail_plugins = quota
protocol imap {
  mail_plugins = quota acl imap_quota
}
protocol pop3 {
  mail_plugins = quota acl
}
protocol lmtp {
  mail_plugins = quota sieve
}
plugin {
  acl = vfile
  quota = count:User quota
  quota_vsizes = yes
  # How much more a full box takes, and when, is the calendar's to say: it stands in the quota files.
  quota_grace = 0%%
  sieve_before = ${store.sieveScript}
  sieve_duplicate_default_period = 30d
  sieve_duplicate_max_period = 30d
}
# Below the Return-Path line the bytes of a delivery are those that came.
lmtp_add_received_header = no
lmtp_hdr_delivery_address = none
lmtp_save_to_detail_mailbox = no
# What stands behind it is the id of a delivery. No address holds it, whereas many hold the usual "+".
recipient_delimiter = ${deliveryDelimiter}
doveadm_api_key = ${settings.doveadmKey}

service imap-login {
  service_count = 0
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
  service_count = 0
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
  service_count = 200
  process_limit = 1024
}
service pop3 {
  service_count = 200
  process_limit = 256
}
# Deliveries are made one after the other, by one process for all connections: at once, Sieve's memory of the deliveries
# to a box loses entries, and a box that has no INBOX yet gets two.
service lmtp {
  process_min_avail = 1
  process_limit = 1
  client_limit = 1000
  unix_listener lmtp {
    mode = 0
  }
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}${innerListener(inner)}
  }
}
service doveadm {
  inet_listener http {
    address = 127.0.0.1
    port = ${ports.doveadm}${innerListener(inner)}
  }
}
service auth {
  client_limit = 4096
}
service auth-worker {
  user = $default_internal_user
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

/** Services get a certificate of their own kind, and the gate has to show one of these authorities. // INNER-TLS */
function innerCertificates(inner: InnerTls | undefined): string {
  if (inner === undefined) return '';
  const own = ['lmtp', 'doveadm'].map(
    (protocol) => `protocol ${protocol} {\n  ssl_cert = <${inner.certificate}\n  ssl_key = <${inner.key}\n}\n`,
  );
  return `ssl_client_ca_file = ${inner.authorities}\nssl_client_require_valid_cert = yes\n${own.join('')}`;
}

function innerListener(inner: InnerTls | undefined): string {
  return inner === undefined ? '' : '\n    ssl = yes';
}

/** Only root can change its root folder. */
function chroot({ privileged }: DovecotAccounts): string {
  return privileged ? '' : '\n  chroot =';
}

/** The head of the Lua script: what it has to know of this installation. */
export function gateSettings(gate: string, token: string, store: StoreFolder): string {
  const texts = { gate, token, homes: store.homes };
  const lines = Object.entries(texts).map(([name, text]) => `  ${name} = ${JSON.stringify(text)},`);
  return `local settings = {\n${lines.join('\n')}\n}\n`;
}

/**
 * A delivery that is made again finds that it is in the box already. It is known by the detail of its address in the dialog,
 * which only certified-mail chooses, never by a field of the message, which anybody may write. // STORE-ONCE
 */
export const deliverOnce = `require ["envelope", "subaddress", "variables", "duplicate"];
if envelope :detail :matches "to" "?*" {
  if duplicate :uniqueid "\${0}" {
    discard;
    stop;
  }
}
`;
