// A program: attacks the ports that its first argument names until it is told to stop, then tells how often it tried.
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';

/** What is attacked: ports on the loopback. */
interface Targets {
  /** The incoming point. */
  readonly smtp: number;
  /** The access point, with TLS from the first byte. */
  readonly smtps: number;
  readonly identity: number;
  readonly certifiedMail: number;
}

/** Each way of attacking comes from an address of its own; none of them has ever signed in. */
const sources = {
  idle: '127.0.0.21',
  dripping: '127.0.0.22',
  bodies: '127.0.0.23',
  names: '127.0.0.24',
  secrets: '127.0.0.25',
};

const idleConnections = 20;
const bodies = 16;
const body = Buffer.alloc(38 * 1024 * 1024, 'x');
const namesAtOnce = 300;

/**
 * Attacks four doors from five sources until it is stopped: connections that say nothing or a byte now and then, large
 * bodies without a token, log-ins under made-up names, wrong passwords on one connection after the other.
 */
class Attack {
  readonly #targets: Targets;
  readonly #working: Promise<unknown>[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #stop = new AbortController();
  /** How often each way was tried. */
  readonly tried = { connections: 0, bodies: 0, names: 0, secrets: 0 };

  constructor(targets: Targets) {
    this.#targets = targets;
    const doors = [targets.smtp, targets.identity, targets.certifiedMail];
    for (let nth = 0; nth < idleConnections; nth += 1)
      for (const port of doors) {
        this.#keepOn(() => this.#holdConnection(port, sources.idle, ''));
        this.#keepOn(() => this.#holdConnection(port, sources.dripping, port === targets.smtp ? 'EHLO x' : 'POST /s'));
      }
    for (let nth = 0; nth < bodies; nth += 1) this.#keepOn(() => this.#sendBody());
    for (let nth = 0; nth < namesAtOnce; nth += 1) this.#keepOn(() => this.#tryName());
    this.#keepOn(() => this.#trySecrets());
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#working);
  }

  /** Repeats one way of attacking; whoever is turned away comes again after a second. */
  #keepOn(attempt: () => Promise<void>): void {
    const { signal } = this.#stop;
    const repeat = async (): Promise<void> => {
      while (!signal.aborted) {
        await attempt().catch(() => undefined);
        await pause(1_000, undefined, { signal }).catch(() => undefined);
      }
    };
    this.#working.push(repeat());
  }

  async #holdConnection(port: number, localAddress: string, drops: string): Promise<void> {
    this.tried.connections += 1;
    const socket = this.#own(connect({ port, host: '127.0.0.1', localAddress }));
    const closed = once(socket, 'close');
    await once(socket, 'connect');
    for (const drop of drops) {
      socket.write(drop);
      await Promise.race([closed, pause(250)]);
      if (socket.destroyed) return;
    }
    await closed;
  }

  async #sendBody(): Promise<void> {
    this.tried.bodies += 1;
    const { certifiedMail: port } = this.#targets;
    await this.#post({ port, localAddress: sources.bodies, path: '/submissions', type: 'message/rfc822' }, body);
  }

  async #tryName(): Promise<void> {
    this.tried.names += 1;
    const { identity: port } = this.#targets;
    const attempt = JSON.stringify({ user: `nobody-${this.tried.names}`, secret: 'not-the-secret' });
    const to = { port, localAddress: sources.names, path: '/sessions', type: 'application/json' };
    await this.#post(to, Buffer.from(attempt));
  }

  async #post(
    { type, ...to }: { port: number; localAddress: string; path: string; type: string },
    content: Buffer,
  ): Promise<void> {
    const headers = { 'content-type': type, 'content-length': content.length };
    const asking = request({ agent: false, host: '127.0.0.1', method: 'POST', headers, ...to });
    asking.on('socket', (socket) => this.#own(socket));
    const answered = once(asking, 'response');
    asking.end(content);
    const [response] = (await answered) as [{ resume(): void }];
    response.resume();
    await once(asking, 'close');
  }

  /** Sixty wrong passwords on one connection, or as many as the door takes. */
  async #trySecrets(): Promise<void> {
    const { smtps: port } = this.#targets;
    const plain = this.#own(connect({ port, host: '127.0.0.1', localAddress: sources.secrets }));
    const socket = this.#own(connectSecurely({ socket: plain, rejectUnauthorized: false }));
    const closed = once(socket, 'close');
    const answered = () => Promise.race([closed, once(socket, 'data')]);
    await answered();
    socket.write('EHLO attacker.example\r\n');
    await answered();
    for (let nth = 0; nth < 60 && !socket.destroyed; nth += 1) {
      this.tried.secrets += 1;
      const secret = Buffer.from(`\0someone@pec.example\0wrong-${nth}`).toString('base64');
      socket.write(`AUTH PLAIN ${secret}\r\n`);
      await answered();
    }
    socket.destroy();
    await closed;
  }

  #own<Kind extends Socket>(socket: Kind): Kind {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#stop.signal.aborted) socket.destroy();
    return socket;
  }
}

// The attackers are other people’s machines: they take no processor time from what is attacked.
setPriority(constants.priority.PRIORITY_LOW);
const attack = new Attack(JSON.parse(process.argv[2] ?? '{}') as Targets);
process.once('message', () => {
  void attack.stop().then(() => process.send?.(attack.tried, undefined, undefined, () => process.disconnect()));
});
process.send?.('attacking');
