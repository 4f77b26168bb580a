import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@recapito/servers';
import { eventually } from './eventually.ts';

/**
 * The harmless text by which every scanner shows that it works; in pieces, so that no scanner finds it here. (EICAR's
 * anti-malware test file.)
 */
export const eicar = [String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$`, 'EICAR-STANDARD', '-ANTIVIRUS-TEST-FILE!$H+H*'].join(
  '',
);

/** How clamd calls it by the signature below. */
export const eicarName = 'Eicar-Test.UNOFFICIAL';

/** A clamd of the spec's own, which knows one virus. */
export class VirusScanner {
  readonly #folder = mkdtempSync(join(tmpdir(), 'recapito-clamd-'));
  readonly port: number;
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
    chmodSync(this.#folder, 0o755);
    mkdirSync(join(this.#folder, 'signatures'));
    const signature = `Eicar-Test:0:*:${Buffer.from(eicar, 'latin1').toString('hex')}\n`;
    writeFileSync(join(this.#folder, 'signatures', 'local.ndb'), signature);
    writeFileSync(join(this.#folder, 'clamd.conf'), configuration(this.#folder, port));
  }

  static async start(): Promise<VirusScanner> {
    const scanner = new VirusScanner(await freePort());
    await scanner.run();
    return scanner;
  }

  /** What certified-mail is told of it. */
  get settings(): Record<string, string> {
    return { RECAPITO_CLAMD_PORT: String(this.port) };
  }

  async run(): Promise<void> {
    const words = ['--pdeathsig', 'KILL', '--', 'clamd', '-c', join(this.#folder, 'clamd.conf')];
    const path = `${process.env['PATH'] ?? ''}:/usr/sbin`;
    this.#process = spawn('setpriv', words, { stdio: 'ignore', env: { ...process.env, PATH: path } });
    await eventually(() => listens(this.port));
  }

  /** Ends it at once, in the middle of whatever it does. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** It takes connections and says nothing more, until it is woken. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  wake(): void {
    this.#process?.kill('SIGCONT');
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function listens(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

const configuration = (folder: string, port: number) => `Foreground yes
DatabaseDirectory ${join(folder, 'signatures')}
TCPSocket ${port}
TCPAddr 127.0.0.1
SelfCheck 0
StreamMaxLength 100M
MaxScanSize 400M
MaxFileSize 100M
`;
