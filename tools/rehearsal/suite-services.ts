import type { Instant } from '@recapito/primitives';
import { DoorShut, whileShut } from './patience.ts';

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
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long to come back while the door is shut; two minutes when absent. */
  readonly patienceMs?: number;
}

/**
 * One HTTP call, repeated while the door is shut: a service that is being started again, or cannot reach its database.
 * A body that is JSON comes decoded, anything else as text.
 * @throws Refused on any other status from 400 up; DoorShut when patience has ended
 */
export async function call<Body>(method: string, url: string, sent: Sent = {}): Promise<Body> {
  const { type, content } = await whileShut(() => answerOf(method, url, sent), sent.patienceMs);
  return (type === 'json' ? JSON.parse(content.toString()) : content.toString()) as Body;
}

/** Nothing was done: a busy machine had not got the request in time, a door is shut. */
const comeAgain: ReadonlySet<number> = new Set([408, 502, 503]);

interface DoorsAnswer {
  readonly type: 'json' | 'other';
  readonly content: Buffer;
}

async function answerOf(method: string, url: string, sent: Sent): Promise<DoorsAnswer> {
  const { response, content } = await exchange(method, url, sent).catch((cause: unknown) => {
    throw new DoorShut(url, { cause });
  });
  const type = /json/.test(response.headers.get('content-type') ?? '') ? 'json' : 'other';
  if (response.ok) return { type, content };
  if (comeAgain.has(response.status)) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    throw new DoorShut(url, Number.isFinite(seconds) ? { againInMs: seconds * 1000 } : {});
  }
  const document: unknown = type === 'json' ? JSON.parse(content.toString()) : {};
  throw new Refused(method, url, response.status, typeof document === 'object' && document !== null ? document : {});
}

/** Rejects only when there is no answer, or it breaks off. */
async function exchange(method: string, url: string, { token, json, body, headers }: Sent) {
  const response = await fetch(url, {
    method,
    headers: {
      'accept-language': 'it',
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(30_000),
  });
  return { response, content: Buffer.from(await response.arrayBuffer()) };
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
    const token = this.#operatorToken;
    return (await whileShut(() => answerOf('GET', `${this.url(service)}${path}`, { token }))).content;
  }

  url(service: string): string {
    const url = this.urls[service];
    if (url === undefined) throw new Error(`the suite has no service ${service}`);
    return url;
  }

  /**
   * The work that every service has; null for one that does not answer at this moment. `quiet` and an instant: how far they
   * are behind is told as of their last fetches, and each answers when it seems quiet or shows that instant, at the latest
   * after half a second. `asked`: at once, and the broker is asked, which is dear.
   */
  async states(question: 'asked' | 'quiet' | Instant): Promise<Map<string, ServiceState | null>> {
    const path = `/rehearsal/state?${question === 'asked' ? 'lag=asked' : `lag=known&until=${question}`}`;
    const asked = Object.keys(this.urls).map(async (name) => {
      const state = await this.asOperator<ServiceState>(name, 'GET', path, { patienceMs: 0 }).catch(() => null);
      return [name, state] as const;
    });
    return new Map(await Promise.all(asked));
  }
}
