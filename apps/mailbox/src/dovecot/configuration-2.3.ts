import { commonSettings } from './common-settings.ts';
import type { Dialect } from './common-settings.ts';
import type { DovecotSettings } from './dovecot-settings.ts';

const dialect: Dialect = {
  restarts: 'service_count',
  never: '0',
  listen: 'address',
  internalUser: '$default_internal_user',
  shown: (certificate, key) => [`ssl_cert = <${certificate}`, `ssl_key = <${key}`],
};

/** The configuration in the language of Dovecot 2.3 (Debian 12). */
export function configurationForDovecot23(settings: DovecotSettings): string {
  const { store } = settings;
  return `# Written by the suite; a change here is lost at the next start.
${commonSettings(settings, dialect)}
# No names and no codici fiscali in the log: a session is told by its id.
login_log_format_elements = method=%m rip=%r mpid=%e %c session=<%{session}>
mail_log_prefix = "%s(<%{session}>): "
protocols = imap pop3 lmtp
# A box is a folder of its own below homes/; sdbox keeps each message in one file, CRLF as it came.
mail_location = sdbox:~/mail
auth_mechanisms = plain login
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
`;
}
