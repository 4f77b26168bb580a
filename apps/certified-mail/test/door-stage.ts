import { connect } from 'node:tls';
import { KnownSources, serviceLogger } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { issueServerCertificate, makeAuthority } from '@recapito/rfc6109';
import { SmtpDoor } from '../src/smtp/smtp-door.ts';
import type { DoorHandlers } from '../src/smtp/smtp-door.ts';
import type { DoorOptions } from '../src/smtp/door-options.ts';

const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };

/** Handlers that admit everything; nobody signs in. */
export const open: DoorHandlers = {
  onMailFrom: () => Promise.resolve(),
  onRcptTo: () => Promise.resolve(),
  onData: (data) => new Promise((resolve) => data.resume().on('end', () => resolve('2.6.0 preso'))),
};

/** Handlers that admit everything from everybody who signs in. */
export const admitting: DoorHandlers = { ...open, onAuth: () => Promise.resolve('somebody') };

/** Doors of a spec, closed at its end. */
export class DoorStage {
  readonly #opened: SmtpDoor[] = [];
  #credential: Promise<{ readonly certificate: string; readonly privateKey: string }> | undefined;

  /** Opens a door with TLS from the first byte. */
  async open(handlers: DoorHandlers, more: Partial<DoorOptions> = {}): Promise<SmtpDoor> {
    this.#credential ??= makeAuthority('Spec', validity).then((authority) =>
      issueServerCertificate(authority, ['localhost'], validity),
    );
    const { certificate: cert, privateKey: key } = await this.#credential;
    const door = new SmtpDoor(
      {
        name: 'spec',
        hostName: 'porta.example',
        host: '127.0.0.1',
        port: 0,
        secure: true,
        cert,
        key,
        size: 10_000,
        maxClients: 5,
        idleMs: 60_000,
        sessionMs: 600_000,
        mostCommands: 100,
        known: new KnownSources(),
        turnedAway: { inc: () => undefined },
        offersEightBitMime: false,
        logger: serviceLogger('spec', 'silent'),
        replies: { inc: () => undefined },
        ...more,
      },
      handlers,
    );
    this.#opened.push(door);
    await door.open();
    return door;
  }

  /** Closes all doors. */
  async close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((door) => door.close()));
  }
}

/** Sends lines one after the other, each when the one before is answered, and returns the replies. */
export function dialog(door: SmtpDoor, ...lines: string[]): Promise<string[]> {
  return new Promise((resolve) => {
    const socket = connect({ port: door.port, host: '127.0.0.1', rejectUnauthorized: false });
    const replies: string[] = [];
    let heard = '';
    const end = () => {
      socket.destroy();
      resolve(replies);
    };
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (!/^\d{3} .*\r\n$/m.test(heard)) return;
      replies.push(heard.trimEnd());
      heard = '';
      const line = lines.shift();
      if (line === undefined) end();
      else socket.write(`${line}\r\n`);
    });
    socket.on('close', end);
  });
}

/** The last reply of a {@link dialog}. */
export async function lastReply(...said: Parameters<typeof dialog>): Promise<string | undefined> {
  return (await dialog(...said)).at(-1);
}

/** How a client begins that signs in. */
export const signedIn = ['EHLO spec.example', `AUTH PLAIN ${Buffer.from('\0a\0b').toString('base64')}`];
