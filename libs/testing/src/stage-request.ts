import type { RunningService } from '@recapito/platform';

/** An answer of a service, decoded. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/**
 * How a request is made: as nobody when `as` is left out, as the operator, or as another service; to the service that
 * was started last when `to` is left out.
 */
export interface StageRequest {
  readonly as?: string;
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly to?: Pick<RunningService, 'url'>;
}

/** Sends a request. A body that is neither text nor bytes is sent as JSON; an answer that is no JSON is text. */
export async function send<Body>(
  method: string,
  url: string,
  { token, body, headers }: Pick<StageRequest, 'token' | 'body' | 'headers'>,
): Promise<Answer<Body>> {
  const asIs = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && !asIs && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: asIs ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, body: (isJson ? JSON.parse(text) : text) as Body, headers: response.headers };
}
