import { remainingMs } from '@recapito/platform';
import type { HttpClient } from '@recapito/platform';

/** Nobody waits longer for a service. */
export const patienceMs = 8_000;

/** The headers that a service is told, of those that a page may send. */
const toldHeaders = ['accept-language', 'purpose', 'approval', 'idempotency-key', 'if-match', 'traceparent'] as const;

/** The headers that a page is told of a service's answer. */
const answeredHeaders = ['content-type', 'content-language', 'content-disposition', 'retry-after', 'etag'] as const;

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A request of a page, as it goes to a service. */
export interface ServiceRequest {
  readonly method: string;
  readonly url: string;
  /** Those of the page; few of them are passed on. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** Sends a page's request to a service. @param own headers that say for whom, and from where */
export async function askService(
  http: HttpClient,
  signal: AbortSignal,
  { method, url, headers, body }: ServiceRequest,
  own: Readonly<Record<string, string>>,
): Promise<ServiceAnswer> {
  const response = await http.fetch(url, {
    method,
    headers: {
      ...picked(toldHeaders, (name) => headers[name]),
      accept: 'application/json',
      'recapito-timeout-ms': String(Math.floor(remainingMs() ?? patienceMs)),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...own,
    },
    body: body === undefined ? null : JSON.stringify(body),
    redirect: 'manual',
    signal,
  });
  return {
    status: response.status,
    headers: picked(answeredHeaders, (name) => response.headers.get(name)),
    body: Buffer.from(await response.arrayBuffer()),
  };
}

function picked(
  names: readonly string[],
  valueOf: (name: string) => string | readonly string[] | null | undefined,
): Record<string, string> {
  const found = names.map((name) => [name, valueOf(name)] as const);
  return Object.fromEntries(found.filter((each): each is readonly [string, string] => typeof each[1] === 'string'));
}
