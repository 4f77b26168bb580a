import { commonSettings } from './common-settings.ts';
import type { Dialect } from './common-settings.ts';
import type { DovecotSettings } from './dovecot-settings.ts';

const dialect: Dialect = {
  restarts: 'restart_request_count',
  never: 'unlimited',
  listen: 'listen',
  internalUser: '$SET:default_internal_user',
  shown: (certificate, key) => [`ssl_server_cert_file = ${certificate}`, `ssl_server_key_file = ${key}`],
};

/** The configuration in the language of Dovecot 2.4 (Debian 13). */
export function configurationForDovecot24(settings: DovecotSettings): string {
  const { store } = settings;
  return `# Written by the suite; a change here is lost at the next start.
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
${commonSettings(settings, dialect)}
# No names and no codici fiscali in the log: a session is told by its id.
login_log_format_elements = method=%{mechanism} rip=%{remote_ip} mpid=%{mail_pid} %{secured} session=<%{session}>
mail_log_prefix = "%{protocol}(<%{session}>): "
protocols {
  imap = yes
  pop3 = yes
  lmtp = yes
}
# A box is a folder of its own below homes/; sdbox keeps each message in one file, CRLF as it came.
mail_driver = sdbox
mail_path = ~/mail
auth_mechanisms {
  plain = yes
  login = yes
}
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
`;
}
