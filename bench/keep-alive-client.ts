import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** An answer: its status and its body as text. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * One connection to an HTTP door, kept open, one request after the other: as little as a client can cost, because it
 * works on the same cores as what is measured. It reads answers that say their `Content-Length`.
 */
export class KeepAliveClient {
  readonly #socket: Socket;
  readonly #host: string;
  #received = '';
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    // One character a byte, so that lengths agree.
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (chunk: string) => this.#read(chunk));
    socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')));
    socket.on('error', (error) => this.#waiting?.reject(error));
  }

  static async open(url: string): Promise<KeepAliveClient> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new KeepAliveClient(socket, host);
  }

  async post(path: string, json: unknown): Promise<Answer> {
    const body = JSON.stringify(json);
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    return this.#send([`POST ${path} HTTP/1.1`, 'Content-Type: application/json', length], body);
  }

  async get(path: string, token: string): Promise<Answer> {
    return this.#send([`GET ${path} HTTP/1.1`, `Authorization: Bearer ${token}`], '');
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #send([first, ...fields]: readonly string[], body: string): Promise<Answer> {
    const head = [first, `Host: ${this.#host}`, ...fields].join('\r\n');
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(`${head}\r\n\r\n${body}`);
    });
  }

  #read(chunk: string): void {
    this.#received += chunk;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.#received.slice(0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) return this.#waiting?.reject(new Error('an answer without Content-Length'));
    const whole = end + 4 + Number(length);
    if (this.#received.length < whole) return;
    const body = Buffer.from(this.#received.slice(end + 4, whole), 'latin1').toString();
    this.#received = this.#received.slice(whole);
    this.#waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}
