import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { freePort } from '@recapito/servers';

/**
 * A small TCP forwarder on the loopback, as a balancer before several processes or a name that moves from one server to
 * another. It tries its targets in turn, and takes the next where nobody listens.
 */
export class Forwarder {
  readonly port: number;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #targets: readonly number[];
  #turn = 0;

  private constructor(server: Server, targets: readonly number[]) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#targets = targets;
    server.on('connection', (client) => void this.#forward(client));
  }

  /** @param targets ports of the loopback */
  static async start(targets: readonly number[], port?: number): Promise<Forwarder> {
    const server = createServer({ allowHalfOpen: false, pauseOnConnect: true });
    server.listen(port ?? (await freePort()), '127.0.0.1');
    await once(server, 'listening');
    return new Forwarder(server, targets);
  }

  /** From now on connections go to these; those that are open end. */
  pointAt(...targets: number[]): void {
    this.#targets = targets;
    this.#endAll();
  }

  async close(): Promise<void> {
    this.#endAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #endAll(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async #forward(client: Socket): Promise<void> {
    this.#keep(client);
    const target = await this.#reach();
    if (target === undefined || client.destroyed) {
      client.destroy();
      target?.destroy();
      return;
    }
    this.#keep(target);
    target.setNoDelay(true);
    client.setNoDelay(true);
    // Whoever ends takes the other along: half a connection is of no use to anybody here.
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      one.pipe(other);
      one.on('close', () => other.destroy());
    }
    client.resume();
  }

  /** The first target that takes the connection. */
  async #reach(): Promise<Socket | undefined> {
    const first = (this.#turn += 1);
    for (let nth = 0; nth < this.#targets.length; nth += 1) {
      const socket = connect(this.#targets[(first + nth) % this.#targets.length] ?? 0, '127.0.0.1');
      try {
        await once(socket, 'connect');
        return socket;
      } catch {
        socket.destroy();
      }
    }
    return undefined;
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#open.delete(socket));
  }
}
