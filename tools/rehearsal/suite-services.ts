import type { Instant } from '@recapito/primitives';

/** What a service says of its work, as `GET /rehearsal/state` answers. Instants are UTC milliseconds. */
export interface ServiceState {
  readonly clock: { readonly instant: Instant; readonly rate: 0 | 1 } | null;
  readonly earliestDue: Instant | null;
  readonly inWork: number;
  readonly outboxPending: number;
  readonly consumersLag: number;
  readonly counters: Readonly<Record<string, number>>;
}

/** An answer that was no success. The driver reads its code; whatever it did not expect is a broken promise. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(method: string, url: string, status: number, document: { type?: string; detail?: string }) {
    super(`${method} ${url}: ${status} ${document.type ?? ''} ${document.detail ?? ''}`.trimEnd());
    this.status = status;
    this.code = document.type ?? String(status);
  }
}

/** What a request carries. */
export interface Sent {
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: string | Uint8Array | ReadableStream;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One HTTP call. A body that is JSON comes decoded, anything else as text. @throws Refused on any status from 400 up. */
export async function call<Body>(method: string, url: string, sent: Sent = {}): Promise<Body> {
  const { token, json, body, headers } = sent;
  const response = await fetch(url, {
    method,
    headers: {
      'accept-language': 'it',
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(body !== undefined && { body, duplex: 'half' }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  const decoded: unknown = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  if (response.ok) return decoded as Body;
  throw new Refused(method, url, response.status, typeof decoded === 'object' && decoded !== null ? decoded : {});
}

/** The services of the suite at their operators' doors. */
export class SuiteServices {
  /** Base address of each service, as `http://127.0.0.1:4001`. */
  readonly urls: Readonly<Record<string, string>>;
  readonly #operatorToken: string;

  constructor(urls: Readonly<Record<string, string>>, operatorToken: string) {
    this.urls = urls;
    this.#operatorToken = operatorToken;
  }

  /** Calls a service as the operator. */
  async asOperator<Body>(service: string, method: string, path: string, sent: Sent = {}): Promise<Body> {
    return call<Body>(method, `${this.url(service)}${path}`, { ...sent, token: this.#operatorToken });
  }

  /** The bytes of a file behind an operator's door. */
  async bytesAsOperator(service: string, path: string): Promise<Uint8Array> {
    const url = `${this.url(service)}${path}`;
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${this.#operatorToken}` },
      signal: AbortSignal.timeout(60_000),
    });
    if (!response.ok) throw new Refused('GET', url, response.status, {});
    return new Uint8Array(await response.arrayBuffer());
  }

  url(service: string): string {
    const url = this.urls[service];
    if (url === undefined) throw new Error(`the suite has no service ${service}`);
    return url;
  }

  /** What every service has in hand; null for one that does not answer at this moment. */
  async states(): Promise<Map<string, ServiceState | null>> {
    const asked = Object.keys(this.urls).map(async (name) => {
      const state = await this.asOperator<ServiceState>(name, 'GET', '/rehearsal/state').catch(() => null);
      return [name, state] as const;
    });
    return new Map(await Promise.all(asked));
  }
}
