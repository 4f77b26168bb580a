import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message that came in at the door, under the key of its request. */
export interface TakenMessage {
  readonly key: string;
  readonly bytes: Buffer;
  readonly identificativo: string;
}

/**
 * Certified-mail's door `POST /submissions`, for the specs that need it to be away, slow, or to say no: the same key and
 * bytes get the same answer, the same key with other bytes is refused.
 */
export class CertifiedMailStandIn {
  /** Each message once, however often it was sent. */
  readonly taken: TakenMessage[] = [];
  /** Requests, repeated ones and refused ones too. */
  requests = 0;
  /** What the door does: take, be out of order, refuse, or take and never say so. */
  mood: 'takes' | 'faulty' | 'refuses' | 'silent' = 'takes';
  /** Called when a message was taken and nothing answered yet. */
  onTaken: (message: TakenMessage) => void = () => undefined;
  #port = 0;
  #server = this.#made();

  /** @returns its address; the same one again after `close`. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Nothing listens any more. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#server = this.#made();
  }

  #made() {
    return createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.#answer(request, Buffer.concat(chunks), response));
    });
  }

  #answer(request: IncomingMessage, bytes: Buffer, response: ServerResponse): void {
    this.requests++;
    const key = String(request.headers['idempotency-key']);
    const agreed =
      `${request.method} ${request.url}` === 'POST /submissions' &&
      request.headers['content-type'] === 'message/rfc822' &&
      request.headers.authorization?.startsWith('Bearer ey');
    if (!agreed) return problem(response, 400, 'request/malformed');
    if (this.mood === 'faulty') return problem(response, 500, 'service/fault');
    if (this.mood === 'refuses') return problem(response, 422, 'submission/sender-unknown');
    const known = this.taken.find((message) => message.key === key);
    if (known !== undefined && !known.bytes.equals(bytes)) return problem(response, 409, 'idempotency-key/reused');
    const message = known ?? { key, bytes, identificativo: `pec1.${this.taken.length + 1}@inpspec.gov.it` };
    if (known === undefined) this.taken.push(message);
    this.onTaken(message);
    if (this.mood === 'silent') return undefined;
    const { identificativo } = message;
    const at = '2010-08-02T07:00:00.000Z';
    return answer(response, 201, 'application/json', { identificativo, outcome: 'accepted', at, reasons: [] });
  }
}

export function problem(response: ServerResponse, status: number, type: string): void {
  const words = { it: 'no, in italiano', en: 'no, in English' };
  answer(response, status, 'application/problem+json', { type, rule: 'SPEC', title: type, status, words });
}

export function answer(response: ServerResponse, status: number, type: string, body: object): void {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}
