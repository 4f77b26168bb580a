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
import { eventually, freePort } from '@recapito/testing';
import { deliverOnce, installedDovecot, storeConfiguration } from './mail-store-configuration.ts';

const root = process.getuid?.() === 0;

/** The field of a user whose box has no room for any message. */
const noRoom = installedDovecot === '2.4' ? 'userdb_quota_storage_size=300B' : 'userdb_quota_rule=*:bytes=300';

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
    writeFileSync(join(this.#folder, 'once.sieve'), deliverOnce);
    writeFileSync(join(this.#folder, 'dovecot.conf'), storeConfiguration(this.#folder, port, certificates));
  }

  /** @param full boxes that have no room for any message @param place folder in which it makes its own */
  static async start(
    boxes: readonly string[],
    full: readonly string[] = [],
    place: string = tmpdir(),
  ): Promise<MailStore> {
    const store = new MailStore(await freePort(), place);
    for (const box of boxes) store.#open(box, '');
    for (const box of full) store.#open(box, ` ${noRoom}`);
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
      lines.map((line) => (line.startsWith(`${address}:`) ? line.replace(` ${noRoom}`, '') : line)).join('\n'),
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
