import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const shown = { service: z.string(), secret: z.string(), door: z.string() };
const question = z.union([
  z.strictObject({ holder: z.uuid(), ...shown }),
  z.strictObject({ address: z.string(), ...shown }),
]);

/** What a service asks identity about a name and a secret. */
export type AskedPassword = z.output<typeof question>;

/**
 * Identity's door for passwords, `POST /password-checks`, for specs of the services that ask there: it answers what a
 * spec chooses, in the words of identity's contract, and keeps what it was asked. `null` is silence.
 */
export class PasswordChecksStandIn {
  readonly asked: AskedPassword[] = [];
  /** The addresses of the clients for which it was asked. */
  readonly clients: (string | undefined)[] = [];
  readonly #server;

  constructor(answerTo: (asked: AskedPassword) => object | null) {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const read = question.safeParse(JSON.parse(body));
        const known = request.url === '/password-checks' && request.headers.authorization?.startsWith('Bearer ey');
        if (!known || !read.success) return void response.writeHead(400).end('{}');
        this.asked.push(read.data);
        this.clients.push(request.headers['client-address']?.toString());
        const answer = answerTo(read.data);
        if (answer === null) return undefined;
        return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
  }

  /** @returns its address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
