import type { Socket } from 'node:net';
import { BackgroundLoop } from '@recapito/background';
import { limitConnections, SourceRate, sourcesOf } from '@recapito/platform';
import type { TurnedAway } from '@recapito/platform';
import type { SMTPServer, SMTPServerSession } from 'smtp-server';
import { SessionWatch } from './session-watch.ts';
import type { DoorOptions } from './door-options.ts';

/** Wrong secrets of one connection. */
const mostWrongSecrets = 3;

/** New connections of a source that never succeeded, once it has opened a tenth of the door's places at once. */
const connectionsPerSecond = 5;
const leastBurst = 30;

const watchEveryMs = 500;

/** What a command that succeeded was for its session. */
const steps = { AUTH: 'log-in', MAIL: 'sender', RCPT: 'recipient', DATA: 'message' } as const;

export type DoorCommand = keyof typeof steps;

interface Ended {
  send(code: number, words: string): void;
  close(): void;
}

/** Who gets into an SMTP door, by source, and when a session is ended: always with 421 and a reason. */
export class DoorLimits {
  readonly #server: SMTPServer;
  readonly #options: DoorOptions;
  readonly #watch: SessionWatch;
  readonly #loop: BackgroundLoop;
  /** The sessions that have begun, by the place of their client: a full door asks for each of its sockets. */
  readonly #sessions = new Map<string, string>();

  /** @param isReceiving whether the message of a session is on its way */
  constructor(server: SMTPServer, options: DoorOptions, isReceiving: (session: string) => boolean) {
    this.#server = server;
    this.#options = options;
    this.#watch = new SessionWatch({
      wrongSecrets: mostWrongSecrets,
      commands: options.mostCommands,
      quietMs: options.idleMs,
      wholeMs: options.sessionMs,
    });
    this.#loop = new BackgroundLoop(() => this.#endOverdue(isReceiving), {
      name: 'smtp-sessions',
      everyMs: watchEveryMs,
    });
    this.#loop.start();
    limitConnections(server.server, {
      clients: options.maxClients,
      rate: new SourceRate({
        burst: Math.max(leastBurst, options.maxClients / 10),
        perSecond: connectionsPerSecond,
      }),
      known: options.known,
      spared: (socket) => {
        const id = this.#sessions.get(placeOf(socket));
        return id !== undefined && this.#watch.isSpared(id, Date.now());
      },
      end: (socket, why) => this.#end(socket, why),
    });
  }

  async close(): Promise<void> {
    await this.#loop.stop();
  }

  begin(session: SMTPServerSession): void {
    this.#sessions.set(placeOf(session), session.id);
    this.#watch.begin(session.id, Date.now());
  }

  end(session: SMTPServerSession): void {
    // The client may have come again from the same port meanwhile.
    if (this.#sessions.get(placeOf(session)) === session.id) this.#sessions.delete(placeOf(session));
    this.#watch.end(session.id);
  }

  /** A client has sent a command, which is still to be answered. */
  commanded(session: string): void {
    this.#endAfter(session, this.#watch.command(session));
  }

  /** A log-in was refused. */
  wrongSecret(session: string): void {
    this.#endAfter(session, this.#watch.wrongSecret(session));
  }

  /** A command was answered with success. A log-in makes its source a known one. */
  succeeded(command: DoorCommand, { id, remoteAddress }: SMTPServerSession): void {
    this.#watch.step(id, steps[command], Date.now());
    if (command === 'AUTH') this.#options.known.succeeded(sourcesOf(remoteAddress), Date.now());
  }

  #end(socket: Socket, why: TurnedAway): void {
    this.#options.turnedAway.inc({ door: this.#options.name, why });
    const connection = this.#sessionAt(socket);
    if (why === 'displaced' && connection !== undefined)
      say421(connection, '4.7.0 Il posto serve ad altri, riprovare (SOURCE-PLACES)');
    // Behind TLS a word would cost a handshake.
    else if (this.#options.secure || why === 'displaced') socket.destroy();
    else turnAway(socket, why === 'too-fast' ? 'Troppe connessioni al secondo' : 'Troppe connessioni insieme');
  }

  #sessionAt(socket: Socket) {
    return [...this.#server.connections].find(({ session }) => placeOf(session) === placeOf(socket));
  }

  #endOverdue(isReceiving: (session: string) => boolean): void {
    const over = this.#watch.overdue(Date.now(), isReceiving);
    if (over.size === 0) return;
    for (const connection of this.#server.connections) {
      const words = over.get(connection.session.id);
      if (words !== undefined) say421(connection, words);
    }
  }

  /** Ends a session when the answer to the command that it sent has gone out. */
  #endAfter(id: string, words: string | null): void {
    if (words === null) return;
    const connection = [...this.#server.connections].find(({ session }) => session.id === id);
    if (connection !== undefined) setImmediate(() => say421(connection, words));
  }
}

/** Address and port of a client. A socket that takes both families gives IPv4 addresses a prefix, a session does not. */
function placeOf({ remoteAddress = '', remotePort }: Partial<Pick<Socket, 'remoteAddress' | 'remotePort'>>): string {
  return `${remoteAddress.replace(/^::ffff:/, '')} ${remotePort}`;
}

function say421(connection: Ended, words: string): void {
  connection.send(421, words);
  connection.close();
}

function turnAway(socket: Socket, words: string): void {
  socket.on('error', () => undefined).setTimeout(1_000, () => socket.destroy());
  socket.resume().end(`421 4.7.0 ${words} da questo indirizzo, riprovare (SOURCE-PLACES)\r\n`);
}
