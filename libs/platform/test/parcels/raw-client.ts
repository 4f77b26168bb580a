import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import type { ProblemDocument } from '../../src/index.ts';

/** A client that writes HTTP by hand, and never more than it is told to. */
export class RawClient {
  readonly #socket: Socket;
  #heard = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => (this.#heard += text));
    socket.on('error', () => undefined);
  }

  /** @param from the address of the loopback that it comes from */
  static async to({ url }: { readonly url: string }, from = '127.0.0.1'): Promise<RawClient> {
    const socket = createConnection({ host: '127.0.0.1', port: Number(new URL(url).port), localAddress: from });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** Sends megabytes, each once the one before has left. */
  async send(megabytes: number): Promise<void> {
    for (let sent = 0; sent < megabytes; sent += 1)
      await new Promise<void>((resolve) => this.#socket.write(Buffer.alloc(1_000_000, 97), () => resolve()));
  }

  /** What the server has answered so far, as soon as that is a whole head. */
  async answered(): Promise<{ status: number; heard: string }> {
    while (!this.#heard.includes('\r\n\r\n')) await once(this.#socket, 'data');
    return { status: Number(this.#heard.split(' ')[1]), heard: this.#heard };
  }

  /** The problem in the answer, when the server has closed the connection. */
  async problem(): Promise<ProblemDocument> {
    if (!this.#socket.closed) await once(this.#socket, 'close');
    return JSON.parse(this.#heard.slice(this.#heard.indexOf('\r\n\r\n') + 4)) as ProblemDocument;
  }

  get closed(): boolean {
    return this.#socket.closed;
  }

  /** Resolves when the server has ended the connection. */
  async ended(): Promise<void> {
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  end(): void {
    this.#socket.destroy();
  }
}

export const headOf = (path: string, type: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
