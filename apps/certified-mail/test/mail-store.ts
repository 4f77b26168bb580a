import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { deliveryDelimiter } from '@recapito/contracts';
import { eventually, freePort } from '@recapito/testing';

const root = process.getuid?.() === 0;

/** A Dovecot of the spec's own: LMTP in, a maildir per box, unknown boxes refused, deliveries stored once. */
export class MailStore {
  readonly #folder: string;
  readonly port: number;
  readonly #overTls: boolean;
  #process: ChildProcess | undefined;

  private constructor(port: number, place: string, certificates?: string) {
    this.#folder = mkdtempSync(join(place, 'recapito-dovecot-'));
    this.port = port;
    this.#overTls = certificates !== undefined;
    chmodSync(this.#folder, 0o755);
    mkdirSync(join(this.#folder, 'homes'));
    writeFileSync(join(this.#folder, 'users'), '');
    writeFileSync(join(this.#folder, 'once.sieve'), once);
    writeFileSync(join(this.#folder, 'dovecot.conf'), configuration(this.#folder, port, certificates));
  }

  /** @param full boxes that have no room for any message @param place folder in which it makes its own */
  static async start(
    boxes: readonly string[],
    full: readonly string[] = [],
    place: string = tmpdir(),
  ): Promise<MailStore> {
    const store = new MailStore(await freePort(), place);
    for (const box of boxes) store.#open(box, '');
    for (const box of full) store.#open(box, ' userdb_quota_rule=*:bytes=300');
    await store.run();
    return store;
  }

  /** Shows its certificate of a folder of `npm run certificates`, and takes deliveries over TLS alone. */
  static async startOverTls(certificates: string, boxes: readonly string[]): Promise<MailStore> {
    const store = new MailStore(await freePort(), tmpdir(), certificates);
    for (const box of boxes) store.#open(box, '');
    await store.run();
    return store;
  }

  async run(): Promise<void> {
    this.#process = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', '--', 'dovecot', '-F', '-c', join(this.#folder, 'dovecot.conf')],
      {
        stdio: 'ignore',
      },
    );
    await eventually(() => (this.#overTls ? listens(this.port) : answers(this.port)));
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Every message in a box, oldest first, as it lies there. */
  messagesOf(address: string): Buffer[] {
    const folder = join(this.#home(address), 'Maildir', 'new');
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).sort((one, other) => deliveredAt(one) - deliveredAt(other));
    return names.map((name) => readFileSync(join(folder, name)));
  }

  /** Gives a box that was full room for everything; while the store is stopped. */
  empty(address: string): void {
    const users = join(this.#folder, 'users');
    const lines = readFileSync(users, 'utf8').split('\n');
    writeFileSync(
      users,
      lines
        .map((line) => (line.startsWith(`${address}:`) ? line.replace(/ userdb_quota_rule=.*/, '') : line))
        .join('\n'),
    );
  }

  /** Makes a box: its home has to be there before its first message. */
  #open(address: string, extra: string): void {
    const home = this.#home(address);
    mkdirSync(home, { recursive: true });
    const { uid, gid } = numbersOf(root ? 'mail' : userInfo().username);
    chownSync(home, uid, gid);
    const line = `${address}:{plain}x:${uid}:${gid}::${home}::${extra}\n`;
    writeFileSync(join(this.#folder, 'users'), line, { flag: 'a' });
  }

  #home(address: string): string {
    return join(this.#folder, 'homes', address);
  }
}

/** Maildir names begin with seconds and carry the microseconds as `M`. */
function deliveredAt(name: string): number {
  const [, seconds = '0', micros = '0'] = /^(\d+)\.M(\d+)/.exec(name) ?? [];
  return Number(seconds) * 1_000_000 + Number(micros);
}

async function answers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    setTimeout(() => socket.destroy(), 500).unref();
  });
}

async function listens(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function numbersOf(account: string): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${account}:`));
  const [, , uid, gid] = (line ?? '').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function tlsOf(certificates: string | undefined): string {
  if (certificates === undefined) return 'ssl = no\n';
  return `ssl = required\nssl_cert = <${certificates}/mail-store.pem\nssl_key = <${certificates}/mail-store.key\n`;
}

const once = `require ["envelope", "subaddress", "variables", "duplicate"];
if envelope :detail :matches "to" "?*" {
  if duplicate :uniqueid "\${0}" { discard; stop; }
}
`;

function configuration(folder: string, port: number, certificates?: string): string {
  const account = root ? 'mail' : userInfo().username;
  const internal = root ? '' : `default_internal_user = ${account}\ndefault_login_user = ${account}\n`;
  return `base_dir = ${folder}/run
state_dir = ${folder}/run
instance_name = recapito-spec
log_path = /dev/null
${internal}protocols = lmtp
recipient_delimiter = ${deliveryDelimiter}
auth_username_chars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@!#$%&'*+/=?^_\`{|}~-"
listen = 127.0.0.1
${tlsOf(certificates)}mail_uid = ${account}
mail_gid = ${account}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
mail_save_crlf = yes
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
}
lmtp_add_received_header = no
lmtp_hdr_delivery_address = none
service anvil {
${root ? '' : '  chroot =\n'}}
service lmtp {
  unix_listener lmtp {
    mode = 0
  }
  inet_listener lmtp {
    address = 127.0.0.1
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
