import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, freePort } from '@recapito/testing';
import { ImapFlow } from 'imapflow';

const run = promisify(execFile);
const hooks = new URL('../../../tools/typescript-hooks.mjs', import.meta.url).pathname;
const writer = new URL('../src/dovecot/write-configuration.ts', import.meta.url).pathname;

/** A real Dovecot of a spec's own, configured as the suite configures it. */
export class PrivateDovecot {
  readonly ports: { imaps: number; pop3s: number; lmtp: number; doveadm: number };
  readonly #run = mkdtempSync(join(tmpdir(), 'rcp-'));
  readonly #store: string;
  #log = '';
  #child: ChildProcess | undefined;

  private constructor(store: string, ports: PrivateDovecot['ports']) {
    this.#store = store;
    this.ports = ports;
    chmodSync(this.#run, 0o755);
  }

  static async withPorts(store: string): Promise<PrivateDovecot> {
    const [imaps, pop3s, lmtp, doveadm] = [await freePort(), await freePort(), await freePort(), await freePort()];
    return new PrivateDovecot(store, { imaps, pop3s, lmtp, doveadm });
  }

  get doveadmUrl(): string {
    return `http://127.0.0.1:${this.ports.doveadm}`;
  }

  /** Everything that it has logged. */
  get log(): string {
    return this.#log;
  }

  /** Writes the configuration by the program that the supervisor calls, and starts it. @param more words of that program */
  async start(mailboxUrl: string, more: readonly string[] = []): Promise<void> {
    const ports = Object.entries(this.ports).flatMap(([name, port]) => [`--${name}`, String(port)]);
    const options = ['--out', this.#store, '--gate', mailboxUrl, '--run', this.#run, ...ports, ...more];
    const program = ['--conditions=@recapito/source', '--import', hooks, writer, ...options];
    const { stdout } = await run(process.execPath, program);
    this.#child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', '/usr/sbin/dovecot', '-F', '-c', stdout.trim()], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    await eventually(async () => {
      const client = await LineClient.open(this.ports.imaps);
      client.close();
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#run, { recursive: true, force: true });
  }

  /** A mail client that has not logged in yet. */
  imap(name: string, secret: string): ImapFlow {
    return new ImapFlow({
      host: '127.0.0.1',
      port: this.ports.imaps,
      secure: true,
      tls: { rejectUnauthorized: false },
      auth: { user: name, pass: secret },
      logger: false,
    });
  }
}

/** IMAP or POP3 line by line, for what a library would hide. */
export class LineClient {
  readonly #socket: TLSSocket;
  #heard = '';

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => (this.#heard += chunk.toString('latin1')));
    socket.on('error', () => undefined);
  }

  /** Connects and waits for the greeting. */
  static async open(port: number): Promise<LineClient> {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    const client = new LineClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
    });
    await eventually(() => client.#heard.includes('\r\n'));
    return client;
  }

  /** Sends a line and waits for the answer that a pattern ends; returns all that came since. */
  async say(line: string, until: RegExp): Promise<string> {
    this.#heard = '';
    this.#socket.write(`${line}\r\n`);
    await eventually(() => until.test(this.#heard));
    return this.#heard;
  }

  /** An IMAP command, answered by its tag. */
  async imap(tag: string, command: string): Promise<string> {
    const answer = await this.say(`${tag} ${command}`, new RegExp(`^${tag} .*\r\n`, 'm'));
    return answer.trim();
  }

  /** A POP3 command with an answer of one line. */
  async pop3(command: string): Promise<string> {
    return (await this.say(command, /\r\n$/)).trim();
  }

  /** Whether the other side has hung up. */
  get ended(): boolean {
    return this.#socket.readableEnded || this.#socket.destroyed;
  }

  close(): void {
    this.#socket.destroy();
  }
}
