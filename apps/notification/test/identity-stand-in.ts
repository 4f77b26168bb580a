import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, problem } from './certified-mail-stand-in.ts';

/** The secrets that this identity gives out: no other spec and no other program has them. */
export const firstAccessPassword = 'Zq7hWk3mTxRp';
export const pinHalves = ['a7Kq2Wm9', 'x4Tz8Rb5'] as const;

/** Everybody's holder here. */
const mario = { codiceFiscale: 'RSSMRA80A01H501U', nome: 'Mario', cognome: 'Rossi' };

/** Identity's doors for whoever writes to holders, for the specs that need it to be away or to say no. */
export class IdentityStandIn {
  /** Every request, as `POST /enrolments/.../first-access-password`. */
  readonly asked: string[] = [];
  /** The code of the refusal that it answers with; null while it gives. */
  refuses: string | null = null;
  /** How many of the next requests meet a fault of its own. */
  faults = 0;
  readonly #server = createServer((request, response) => {
    request.resume().on('end', () => this.#answer(request, response));
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const asked = `${request.method} ${request.url}`;
    this.asked.push(asked);
    if (this.faults > 0) {
      this.faults--;
      return problem(response, 503, 'service/unavailable');
    }
    if (this.refuses !== null) return problem(response, 409, this.refuses);
    if (/^POST \/enrolments\/[\da-f-]{36}\/first-access-password$/.test(asked))
      return answer(response, 200, 'application/json', { password: firstAccessPassword });
    const half = /^GET \/pins\/[\da-f-]{36}\/halves\/([12])$/.exec(asked)?.[1];
    if (half === '1' || half === '2') return answer(response, 200, 'application/json', halfAnswer(half));
    if (/^GET \/holders\/[\da-f-]{36}\/contacts\/sms\?purpose=[\da-f-]{36}$/.test(asked))
      return answer(response, 200, 'application/json', { ...mario, contact: '+39 333 0000001' });
    if (/^PUT \/pins\/[\da-f-]{36}\/halves\/[12]\/written$/.test(asked)) return void response.writeHead(204).end();
    return problem(response, 404, 'request/no-such-route');
  }
}

function halfAnswer(half: '1' | '2'): object {
  return half === '1'
    ? { half: 1, channel: 'sms', characters: pinHalves[0], recipient: { ...mario, contact: '+39 333 0000001' } }
    : { half: 2, channel: 'posta', characters: pinHalves[1], recipient: { ...mario, contact: 'Via Roma 1, Roma' } };
}
