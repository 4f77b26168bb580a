import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** How a time server behaves; it may be changed while it runs. */
export interface Telling {
  /** How far ahead of the system clock it tells the time. */
  readonly aheadMs: number;
  /** 0: it does not know the time (a kiss of death). */
  readonly stratum?: number;
  /** It answers what nobody asked. */
  readonly strange?: boolean;
  readonly silent?: boolean;
}

/** A server that tells the time by SNTP, as others run them, at a port of its own on this machine. */
export class TimeServer {
  telling: Telling = { aheadMs: 0 };
  /** Questions that have come. */
  asked = 0;
  readonly #socket = createSocket('udp4');

  static async open(telling: Telling): Promise<TimeServer> {
    const server = new TimeServer();
    server.telling = telling;
    server.#socket.on('message', (question, { port, address }) => {
      server.asked += 1;
      const answer = answerTo(question, server.telling);
      if (server.telling.silent !== true) server.#socket.send(answer, port, address);
    });
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    return server;
  }

  get source(): { readonly host: string; readonly port: number } {
    return { host: '127.0.0.1', port: this.#socket.address().port };
  }

  close(): void {
    this.#socket.close();
  }
}

function answerTo(question: Buffer, { aheadMs, stratum = 2, strange = false }: Telling): Buffer {
  const answer = Buffer.alloc(48);
  // Version 4, a server.
  answer[0] = 0x24;
  answer[1] = stratum;
  if (!strange) question.copy(answer, 24, 40, 48);
  const seconds = (Date.now() + aheadMs) / 1_000 + 2_208_988_800;
  for (const at of [32, 40]) {
    answer.writeUInt32BE(Math.floor(seconds) % 2 ** 32, at);
    answer.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
  }
  return answer;
}
