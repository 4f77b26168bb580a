import { deliveryDelimiter } from '@recapito/contracts';
import { addressCharacters, mostSessions } from './dovecot-settings.ts';
import type { DovecotSettings, InnerTls } from './dovecot-settings.ts';
import { serviceBlocks } from './service-blocks.ts';
import type { Dialect } from './service-blocks.ts';

const dialect: Dialect = {
  restarts: 'restart_request_count',
  never: 'unlimited',
  listen: 'listen',
  internalUser: '$SET:default_internal_user',
};

/** The configuration in the language of Dovecot 2.4 (Debian 13). */
export function configurationForDovecot24(settings: DovecotSettings): string {
  const { store, run, host, accounts, inner } = settings;
  return `# Written by the suite; a change here is lost at the next start.
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = ${run}
state_dir = ${run}
instance_name = recapito
log_path = /dev/stderr
# No names and no codici fiscali in the log: a session is told by its id.
login_log_format_elements = method=%{mechanism} rip=%{remote_ip} mpid=%{mail_pid} %{secured} session=<%{session}>
mail_log_prefix = "%{protocol}(<%{session}>): "
protocols {
  imap = yes
  pop3 = yes
  lmtp = yes
}
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
ssl_server_cert_file = ${settings.certificate}
ssl_server_key_file = ${settings.key}
${innerCertificates(inner)}
# A box is a folder of its own below homes/; sdbox keeps each message in one file, CRLF as it came.
mail_driver = sdbox
mail_path = ~/mail
mail_save_crlf = yes
namespace inbox {
  inbox = yes
  separator = /
}

# Every log-in is a question to the suite (gate.lua), and identity counts failures by source and account. A log-in that
# fails is answered late: one connection tries one in two seconds, and nobody else waits for it.
auth_mechanisms {
  plain = yes
  login = yes
}
auth_username_chars = "${addressCharacters}"
auth_failure_delay = 2 secs
mail_max_userip_connections = ${mostSessions}
passdb lua {
  lua_file = ${store.gateScript}
  use_worker = yes
}
userdb prefetch {
}
userdb lua {
  lua_file = ${store.gateScript}
  use_worker = yes
}

mail_plugins {
  quota = yes
}
protocol imap {
  mail_plugins {
    acl = yes
    imap_quota = yes
  }
}
protocol pop3 {
  mail_plugins {
    acl = yes
  }
}
protocol lmtp {
  mail_plugins {
    sieve = yes
  }
}
acl_driver = vfile
# The file of rights comes with each log-in and may change under a session.
acl_cache_ttl = 0
quota "User quota" {
  driver = count
  # How much more a full box takes, and when, is the calendar's to say: it stands in the quota files.
  storage_grace = 0
}
sieve_script deliver-once {
  type = before
  path = ${store.sieveScript}
}
sieve_duplicate_default_period = 30d
sieve_duplicate_max_period = 30d
# Below the Return-Path line the bytes of a delivery are those that came.
lmtp_add_received_header = no
lmtp_hdr_delivery_address = none
lmtp_save_to_detail_mailbox = no
# What stands behind it is the id of a delivery. No address holds it, whereas many hold the usual "+".
recipient_delimiter = ${deliveryDelimiter}
doveadm_api_key = ${settings.doveadmKey}

${serviceBlocks(settings, dialect)}`;
}

/** Services get a certificate of their own kind, and the gate has to show one of these authorities. // INNER-TLS */
function innerCertificates(inner: InnerTls | undefined): string {
  if (inner === undefined) return '';
  const own = ['lmtp', 'doveadm'].map(
    (protocol) =>
      `protocol ${protocol} {\n  ssl_server_cert_file = ${inner.certificate}\n  ssl_server_key_file = ${inner.key}\n}\n`,
  );
  return `ssl_client_ca_file = ${inner.authorities}\nssl_client_require_valid_cert = yes\n${own.join('')}`;
}
