import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** One message in one box. */
export interface StoredMessage {
  readonly recipient: string;
  readonly text: string;
}

/** A mail store that takes every message for every box by LMTP (RFC 2033) and keeps it in memory. */
export class LmtpStandIn {
  readonly stored: StoredMessage[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#serve(socket));

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket.on('error', () => undefined));
    const say = (text: string) => void socket.write(`${text}\r\n`);
    let recipients: string[] = [];
    let text: string[] | null = null;
    createInterface({ input: socket }).on('line', (line) => {
      if (text !== null && line !== '.') return void text.push(line);
      if (text !== null) {
        for (const recipient of recipients) this.stored.push({ recipient, text: text.join('\n') });
        for (const _ of recipients.splice(0)) say('250 2.0.0 stored');
        text = null;
        return undefined;
      }
      const [verb = ''] = line.toUpperCase().split(/[ :]/);
      if (verb === 'LHLO') say('250 store.example');
      else if (verb === 'QUIT') socket.end('221 2.0.0 bye\r\n');
      else {
        if (verb === 'DATA') text = [];
        if (verb === 'MAIL' || verb === 'RSET') recipients = [];
        if (verb === 'RCPT') recipients.push(boxIn(line));
        say(verb === 'DATA' ? '354 go on' : '250 2.1.0 ok');
      }
    });
    say('220 store.example LMTP');
  }
}

/** The box that a RCPT names: what stands behind its name is the id of the delivery. */
function boxIn(line: string): string {
  const [, name = '', , domain = ''] = /<"?([^":>@]*)(:[^">@]*)?"?(@[^>]*)>/.exec(line) ?? [];
  return name + domain;
}
