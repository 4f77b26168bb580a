import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const question = z.union([
  z.strictObject({ holder: z.uuid(), service: z.string(), secret: z.string(), door: z.string() }),
  z.strictObject({ address: z.string(), service: z.string(), secret: z.string(), door: z.string() }),
]);

export type Question = z.output<typeof question>;

/** Identity's door for passwords, with answers that a spec chooses by the secret. It keeps what it was asked. */
export class IdentityStandIn {
  readonly asked: Question[] = [];
  readonly #server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const read = question.safeParse(JSON.parse(body));
      const known = request.url === '/password-checks' && request.headers.authorization?.startsWith('Bearer ey');
      if (!known || !read.success) return void response.writeHead(400).end('{}');
      this.asked.push(read.data);
      if (read.data.secret === 'silence') return undefined;
      return void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answerTo(read.data)));
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function answerTo(asked: Question): object {
  switch (asked.secret) {
    case 'right':
      return { outcome: 'accepted', holder: 'holder' in asked ? asked.holder : crypto.randomUUID() };
    case 'first pin':
      return {
        outcome: 'refused',
        refused: 'pin/first-change-due',
        rule: 'PIN-FIRST-CHANGE',
        words: { it: 'Il primo PIN va cambiato prima di aprire la casella.', en: 'Change the first PIN first.' },
      };
    case 'too often':
      return {
        outcome: 'blocked',
        until: Date.parse('2010-08-03T09:30:00Z'),
        rule: 'ACCESS-LOCK',
        words: { it: 'bloccato', en: 'blocked' },
      };
    case 'crowded':
      return { outcome: 'temporary', words: { it: 'riprovare', en: 'try again' } };
    default:
      return {
        outcome: 'refused',
        refused: 'access/denied',
        rule: 'ACCESS-SAME-WORDS',
        words: { it: 'no', en: 'wrong' },
      };
  }
}
