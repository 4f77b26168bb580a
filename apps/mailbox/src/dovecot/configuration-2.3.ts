import { deliveryDelimiter } from '@recapito/contracts';
import { addressCharacters, mostSessions } from './dovecot-settings.ts';
import type { DovecotSettings, InnerTls } from './dovecot-settings.ts';
import { serviceBlocks } from './service-blocks.ts';
import type { Dialect } from './service-blocks.ts';

const dialect: Dialect = {
  restarts: 'service_count',
  never: '0',
  listen: 'address',
  internalUser: '$default_internal_user',
};

/** The configuration in the language of Dovecot 2.3 (Debian 12). */
export function configurationForDovecot23(settings: DovecotSettings): string {
  const { store, run, host, accounts, inner } = settings;
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
auth_username_chars = "${addressCharacters}"
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

${serviceBlocks(settings, dialect)}`;
}

/** Services get a certificate of their own kind, and the gate has to show one of these authorities. // INNER-TLS */
function innerCertificates(inner: InnerTls | undefined): string {
  if (inner === undefined) return '';
  const own = ['lmtp', 'doveadm'].map(
    (protocol) => `protocol ${protocol} {\n  ssl_cert = <${inner.certificate}\n  ssl_key = <${inner.key}\n}\n`,
  );
  return `ssl_client_ca_file = ${inner.authorities}\nssl_client_require_valid_cert = yes\n${own.join('')}`;
}
