import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { RunningService } from '@recapito/platform';
import { createTransport } from 'nodemailer';
import { AccessPoint } from '../src/smtp/access-point.ts';
import { rightSecret } from './identity-stand-in.ts';
import type { Stage } from './stage.ts';

/** How a mail client signs in and by which door. */
export interface AsWhom {
  readonly user: string;
  readonly secret?: string;
  /** STARTTLS instead of TLS from the first byte. */
  readonly startTls?: boolean;
}

/** What a mail client is told at its end: the last code and the words. */
export interface Told {
  readonly code: number;
  readonly words: string;
}

/** Where the access point of a service listens. */
export function doorsOf(service: RunningService): { readonly smtps: number; readonly submission: number } {
  return service.app.get(AccessPoint).state;
}

/** A message with its dialog. */
export interface Outgoing {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string | Buffer;
}

/** Sends bytes as they are, as nodemailer does, which trusts the authority of the stage alone. */
export async function sendMail(stage: Stage, service: RunningService, who: AsWhom, message: Outgoing): Promise<Told> {
  const { smtps, submission } = doorsOf(service);
  return await sendMailTo(stage, who.startTls === true ? submission : smtps, who, message);
}

/** The same to a door of a process of its own. */
export async function sendMailTo(
  stage: Stage,
  port: number,
  { user, secret = rightSecret, startTls = false }: AsWhom,
  { from, to, raw }: Outgoing,
): Promise<Told> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    secure: !startTls,
    requireTLS: true,
    auth: { user, pass: secret },
    tls: { ca: readFileSync(join(stage.providers, 'authority.pem')), servername: 'localhost' },
  });
  try {
    const { response } = await transport.sendMail({ envelope: { from, to: [...to] }, raw });
    return told(response);
  } catch (error) {
    const { response } = error as { response?: string };
    if (response === undefined) throw error;
    return told(response);
  } finally {
    transport.close();
  }
}

function told(response: string): Told {
  return { code: Number(response.slice(0, 3)), words: response.slice(4) };
}

/** A dialog line by line, for what no mail client does. */
export class Dialog {
  readonly #socket: Socket;
  #heard = '';

  private constructor(socket: Socket) {
    this.#socket = socket.setEncoding('utf8');
    socket.on('data', (text: string) => (this.#heard += text));
    socket.on('error', () => undefined);
  }

  /** Connects from an address without looking at the certificate, by TLS or in the clear, and reads the greeting. */
  static async open(port: number, secure: boolean, from = '127.0.0.1'): Promise<Dialog> {
    const to = { port, host: '127.0.0.1', localAddress: from };
    const socket = secure ? connect({ ...to, rejectUnauthorized: false }) : createConnection(to);
    const dialog = new Dialog(socket);
    await dialog.#reply();
    return dialog;
  }

  /** Sends a command and reads the reply to it, all its lines. */
  async say(command: string): Promise<string> {
    this.#heard = '';
    this.#socket.write(`${command}\r\n`);
    return await this.#reply();
  }

  /** Sends bytes, after which a reply comes. */
  async bring(bytes: Buffer): Promise<string> {
    this.#heard = '';
    this.#socket.write(bytes);
    return await this.#reply();
  }

  /** Sends what has no reply. */
  write(text: string): void {
    this.#socket.write(text);
  }

  /** Vanishes without a word. */
  vanish(): void {
    this.#socket.destroy();
  }

  async #reply(): Promise<string> {
    const whole = /^\d{3} .*\r\n$/m;
    while (!whole.test(this.#heard)) {
      if (this.#socket.destroyed) throw new Error(`the connection was closed after: ${this.#heard}`);
      const heard = new AbortController();
      const { signal } = heard;
      await Promise.race(
        ['data', 'close'].map((event) => once(this.#socket, event, { signal }).catch(() => undefined)),
      );
      heard.abort();
    }
    return this.#heard;
  }
}

/** AUTH PLAIN as a client says it. */
export function authPlain(user: string, secret = rightSecret): string {
  return `AUTH PLAIN ${Buffer.from(`\0${user}\0${secret}`).toString('base64')}`;
}
