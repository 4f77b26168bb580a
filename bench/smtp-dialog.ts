import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** One connection to an SMTP door, kept open, one command after the other: as little as a client can cost. */
export class SmtpDialog {
  readonly #socket: Socket;
  #received = '';
  #waiting: { resolve: (code: number) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (chunk: string) => this.#read(chunk));
    socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')));
    socket.on('error', (error) => this.#waiting?.reject(error));
  }

  /** Connects in the clear and says hello. */
  static async open(port: number): Promise<SmtpDialog> {
    const socket = connect(port, '127.0.0.1');
    const dialog = new SmtpDialog(socket);
    const greeted = dialog.#reply();
    await Promise.all([once(socket, 'connect'), greeted]);
    await dialog.expect(250, 'EHLO bench.example');
    return dialog;
  }

  /** Sends a command and answers the code of the reply to it. @throws Error when the connection is gone */
  async say(command: string): Promise<number> {
    // Nobody is told of an end that came while nothing was asked.
    if (this.#socket.destroyed) throw new Error('the connection was closed');
    const reply = this.#reply();
    this.#socket.write(`${command}\r\n`);
    return await reply;
  }

  /** @throws Error when the reply has another code. */
  async expect(code: number, command: string): Promise<void> {
    const said = await this.say(command);
    if (said !== code) throw new Error(`${command} was answered ${said}`);
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #reply(): Promise<number> {
    this.#received = '';
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** The last line of a reply has a blank behind the code. */
  #read(chunk: string): void {
    this.#received += chunk;
    const code = /^(\d{3}) .*\r\n$/m.exec(this.#received)?.[1];
    if (code !== undefined) this.#waiting?.resolve(Number(code));
  }
}
