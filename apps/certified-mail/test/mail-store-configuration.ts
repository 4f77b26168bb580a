import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { deliveryDelimiter } from '@recapito/contracts';

const root = process.getuid?.() === 0;

/** Debian 12 has Dovecot 2.3, Debian 13 has 2.4, whose configuration is another language. */
export const installedDovecot = execFileSync('dovecot', ['--version'], { encoding: 'utf8' }).startsWith('2.4.')
  ? '2.4'
  : '2.3';

export const deliverOnce = `require ["envelope", "subaddress", "variables", "duplicate"];
if envelope :detail :matches "to" "?*" {
  if duplicate :uniqueid "\${0}" { discard; stop; }
}
`;

/**
 * The configuration of a spec's own store, `dovecot.conf` of its folder.
 * @param certificates a folder of `npm run certificates`, for deliveries over TLS alone
 */
export function storeConfiguration(folder: string, port: number, certificates?: string): string {
  const account = root ? 'mail' : userInfo().username;
  const internal = root ? '' : `default_internal_user = ${account}\ndefault_login_user = ${account}\n`;
  const language = installedDovecot === '2.4' ? in24(folder, certificates) : in23(folder, certificates);
  return `${language}
base_dir = ${folder}/run
state_dir = ${folder}/run
instance_name = recapito-spec
log_path = /dev/null
${internal}recipient_delimiter = ${deliveryDelimiter}
auth_username_chars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@!#$%&'*+/=?^_\`{|}~-"
listen = 127.0.0.1
mail_uid = ${account}
mail_gid = ${account}
first_valid_uid = 1
first_valid_gid = 1
mail_save_crlf = yes
lmtp_add_received_header = no
lmtp_hdr_delivery_address = none
service anvil {
${root ? '' : '  chroot =\n'}}
service lmtp {
  unix_listener lmtp {
    mode = 0
  }
  inet_listener lmtp {
    ${installedDovecot === '2.4' ? 'listen' : 'address'} = 127.0.0.1
    port = ${port}${certificates === undefined ? '' : '\n    ssl = yes'}
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`;
}

function in23(folder: string, certificates: string | undefined): string {
  const tls = `ssl = required\nssl_cert = <${certificates}/mail-store.pem\nssl_key = <${certificates}/mail-store.key`;
  return `protocols = lmtp
${certificates === undefined ? 'ssl = no' : tls}
mail_location = maildir:~/Maildir
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = passwd-file
  args = ${folder}/users
}
mail_plugins = quota
protocol lmtp {
  mail_plugins = quota sieve
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0%%
  sieve_before = ${folder}/once.sieve
}`;
}

function in24(folder: string, certificates: string | undefined): string {
  const [certificate, key] = [`${certificates}/mail-store.pem`, `${certificates}/mail-store.key`];
  const tls = `ssl = required\nssl_server_cert_file = ${certificate}\nssl_server_key_file = ${key}`;
  return `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols {
  lmtp = yes
}
${certificates === undefined ? 'ssl = no' : tls}
mail_driver = maildir
mail_path = ~/Maildir
passdb passwd-file {
  passwd_file_path = ${folder}/users
}
userdb passwd-file {
  passwd_file_path = ${folder}/users
}
mail_plugins {
  quota = yes
}
protocol lmtp {
  mail_plugins {
    sieve = yes
  }
}
quota "User quota" {
  driver = count
  storage_grace = 0
}
sieve_script deliver-once {
  type = before
  path = ${folder}/once.sieve
}`;
}
