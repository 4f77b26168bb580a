import { Injectable } from '@nestjs/common';
import { remainingMs, Unavailable } from '@recapito/platform';
import type { Breakers, HttpClient } from '@recapito/platform';
import { isAskedService } from '../domain/passed-on.ts';
import type { AskedService } from '../domain/passed-on.ts';
import type { AccessTokensOfSession } from './access-tokens-of-session.ts';

/** Nobody waits longer for a service. */
const patienceMs = 8_000;

/** The headers that a service is told, of those that a page may send. */
const toldHeaders = ['accept-language', 'purpose', 'idempotency-key', 'if-match', 'traceparent'] as const;

/** The headers that a page is told of a service's answer. */
const answeredHeaders = ['content-type', 'content-language', 'content-disposition', 'retry-after', 'etag'] as const;

/** What a page asks of a service. */
export interface PageRequest {
  readonly method: string;
  /** Path and query, as they stand in the address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body: unknown;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ServiceDoorParts {
  /** Where each service answers. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly tokens: AccessTokensOfSession;
  readonly http: HttpClient;
  readonly breakers: Breakers;
}

type Send = (url: string, request: PageRequest, token: string) => Promise<ServiceAnswer>;

/**
 * Asks services on behalf of people, each behind a breaker of its own: one that is down is left in peace, and takes with it
 * the parts of pages that ask it alone.
 * @rule CONSOLE-PART-DOWN
 */
@Injectable()
export class ServiceDoor {
  readonly #parts: ServiceDoorParts;
  readonly #doors: ReadonlyMap<AskedService, { readonly url: string; readonly send: Send }>;

  constructor(parts: ServiceDoorParts) {
    const { addresses, breakers } = parts;
    this.#parts = parts;
    const doors = Object.entries(addresses).flatMap(([name, url]) => {
      if (!isAskedService(name)) return [];
      const send = breakers.breaker(name, this.#send.bind(this, name), { timeoutMs: patienceMs });
      return [[name, { url, send }] as const];
    });
    this.#doors = new Map(doors);
  }

  /**
   * What a service answers to a page; its refusals are the page's to show.
   * @returns null when the session is over
   * @throws Unavailable when the service is away or at fault, when identity gives no token, and when Redis is away
   */
  async ask(secret: string, service: AskedService, request: PageRequest): Promise<ServiceAnswer | null> {
    const door = this.#doors.get(service);
    if (door === undefined) throw new Unavailable(service, 'has no address in RECAPITO_SERVICES');
    const token = await this.#parts.tokens.tokenFor(secret, service);
    return token === null ? null : await door.send(`${door.url}${request.path}`, request, token);
  }

  async #send(
    service: string,
    signal: AbortSignal,
    url: string,
    { method, headers, body }: PageRequest,
    token: string,
  ): Promise<ServiceAnswer> {
    const response = await this.#parts.http.fetch(url, {
      method,
      headers: {
        ...picked(toldHeaders, (name) => headers[name]),
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        'recapito-timeout-ms': String(Math.floor(remainingMs() ?? patienceMs)),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: 'manual',
      signal,
    });
    // A token that a service does not believe is the installation's fault, not that of whoever signed in.
    if (response.status >= 500 || response.status === 401) throw new Error(`${service} answered ${response.status}`);
    return {
      status: response.status,
      headers: picked(answeredHeaders, (name) => response.headers.get(name)),
      body: Buffer.from(await response.arrayBuffer()),
    };
  }
}

function picked(
  names: readonly string[],
  valueOf: (name: string) => string | readonly string[] | null | undefined,
): Record<string, string> {
  const found = names.map((name) => [name, valueOf(name)] as const);
  return Object.fromEntries(found.filter((each): each is readonly [string, string] => typeof each[1] === 'string'));
}
