import { childTraceparent, currentTraceparent } from '@recapito/messaging';
import { type Refusal, refuse } from '@recapito/primitives';
import { z } from 'zod';
import type { Response } from 'undici';
import type { ServiceTokens } from '../auth/service-tokens.ts';
import { remainingMs, timeoutHeader, within } from './deadline.ts';
import type { HttpClient } from './http-client.ts';
import { Unavailable } from './unavailable.ts';

export interface ServiceCall<Answer> {
  /** The service called, as `identity`: the token is good for it alone. */
  readonly audience: string;
  /** The shape of the answer; anything else is a fault of the service called. */
  readonly answer: z.ZodType<Answer>;
  /** GET when there is no body, POST when there is one, unless said. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON; bytes are sent as they are, under `contentType`. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly idempotencyKey?: string;
  /** The address of the client on whose behalf we call. */
  readonly client?: string | undefined;
  /** Milliseconds until the caller gives up; never more than what is left of the request in hand. Default 2,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What other services answer when they say no; to a service they say it in both languages. */
const problem = z.object({
  type: z.string(),
  rule: z.string(),
  words: z.object({ it: z.string(), en: z.string() }),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

/** In which a service of the suite says for whom it calls; believed on routes that only services may call. */
export const clientHeader = 'client-address';

/** Refusals that are about us, not about what we asked: the installation is at fault. */
const aboutUs = new Set(['caller/unknown', 'caller/not-permitted']);

/** Reads from another service, and hands it what may not lie in a topic. */
export class ServiceCaller {
  readonly #tokens: ServiceTokens;
  readonly #http: HttpClient;

  constructor(tokens: ServiceTokens, http: HttpClient) {
    this.#tokens = tokens;
    this.#http = http;
  }

  /**
   * Calls another service with our token, our trace and what is left of our time.
   * @returns the answer, or the refusal that the other service gave (400, 404, 409, 422 and the like).
   * @throws Unavailable when it is away, too slow, overwhelmed or faulty, and when it does not know or permit us.
   */
  async call<Answer>(url: string, call: ServiceCall<Answer>): Promise<Answer | Refusal> {
    const token = await this.#tokens.issue(call.audience);
    return await within(call.timeoutMs ?? 2_000, (signal) => this.#send(url, call, token, signal), call.signal);
  }

  async #send<Answer>(
    url: string,
    call: ServiceCall<Answer>,
    token: string,
    signal: AbortSignal,
  ): Promise<Answer | Refusal> {
    const { audience, body } = call;
    try {
      const response = await this.#http.fetch(url, {
        method: call.method ?? (body === undefined ? 'GET' : 'POST'),
        headers: headersOf(call, token),
        ...(body !== undefined && { body: body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body) }),
        signal,
      });
      if (response.ok) return call.answer.parse(response.status === 204 ? undefined : await response.json());
      return await refusalOf(response, audience);
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      const why = signal.aborted
        ? 'did not answer in time'
        : error instanceof z.ZodError
          ? 'answered otherwise than agreed'
          : 'could not be reached';
      throw new Unavailable(audience, why, error);
    }
  }
}

function headersOf(call: ServiceCall<unknown>, token: string): Record<string, string> {
  const bytes = call.body instanceof Uint8Array;
  return {
    accept: 'application/json',
    authorization: `Bearer ${token}`,
    traceparent: childTraceparent(currentTraceparent()),
    [timeoutHeader]: String(Math.floor(remainingMs() ?? 0)),
    ...(call.body !== undefined && {
      'content-type': call.contentType ?? (bytes ? 'application/octet-stream' : 'application/json'),
    }),
    ...(call.idempotencyKey !== undefined && { 'idempotency-key': call.idempotencyKey }),
    ...(call.client !== undefined && { [clientHeader]: call.client }),
  };
}

/** A refusal is the caller's to handle; a fault, or a door that is closed to us, is nobody's answer. */
async function refusalOf(response: Response, audience: string): Promise<Refusal> {
  const { status } = response;
  const read = problem.safeParse(await response.json().catch(() => undefined));
  if (!read.success || status >= 500 || aboutUs.has(read.data.type))
    throw new Unavailable(audience, `answered ${status}${read.success ? ` ${read.data.type}` : ''}`);
  const { type, rule, words, details } = read.data;
  return refuse(type, rule, words, details);
}
