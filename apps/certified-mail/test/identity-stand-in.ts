import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const question = z.strictObject({
  address: z.string(),
  service: z.string(),
  secret: z.string(),
  door: z.literal('submission'),
});

export type Question = z.output<typeof question>;

/** The secret that is right for every name that is known. */
export const rightSecret = 'gelsomino-in-fiore-7';

const denied = { it: 'Nome o password non corretti.', en: 'Wrong name or password.' };

/** Identity's door for passwords, in the words of its contract; it keeps what it was asked. */
export class IdentityStandIn {
  readonly asked: Question[] = [];
  readonly #holders = new Map<string, string>();
  readonly #server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const read = question.safeParse(JSON.parse(body));
      const known = request.url === '/password-checks' && request.headers.authorization?.startsWith('Bearer ey');
      if (!known || !read.success) return void response.writeHead(400).end('{}');
      this.asked.push(read.data);
      const answer = JSON.stringify(this.#answerTo(read.data));
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    });
  });

  /** Whose secret it is when this name is typed for this service. */
  knows(name: string, service: string, holder: string): this {
    this.#holders.set(`${service} ${name}`, holder);
    return this;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answerTo({ address, service, secret }: Question): object {
    const holder = this.#holders.get(`${service} ${address}`);
    if (secret === 'troppe volte') {
      const words = { it: 'Troppi tentativi errati: accesso bloccato.', en: 'Too many wrong attempts: blocked.' };
      return { outcome: 'blocked', until: Date.parse('2010-08-03T09:30:00Z'), rule: 'ACCESS-LOCK', words };
    }
    if (secret === 'affollato') return { outcome: 'temporary', words: { it: 'riprovare', en: 'try again' } };
    if (secret === 'primo pin') {
      const words = { it: 'Il primo PIN va cambiato prima.', en: 'Change the first PIN first.' };
      return { outcome: 'refused', refused: 'pin/first-change-due', rule: 'PIN-FIRST-CHANGE', words };
    }
    return holder !== undefined && secret === rightSecret
      ? { outcome: 'accepted', holder }
      : { outcome: 'refused', refused: 'access/denied', rule: 'ACCESS-SAME-WORDS', words: denied };
  }
}
