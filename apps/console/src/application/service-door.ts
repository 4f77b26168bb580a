import { Injectable } from '@nestjs/common';
import { Unavailable } from '@recapito/platform';
import type { Breakers, HttpClient } from '@recapito/platform';
import { isAskedService } from '../domain/passed-on.ts';
import type { AskedService } from '../domain/passed-on.ts';
import type { AccessTokensOfSession } from './access-tokens-of-session.ts';
import { askService, patienceMs } from './ask-service.ts';
import type { ServiceAnswer } from './ask-service.ts';

/** What a page asks of a service. */
export interface PageRequest {
  readonly method: string;
  /** Path and query, as they stand in the address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body: unknown;
}

export interface ServiceDoorParts {
  /** Where each service answers. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly tokens: Pick<AccessTokensOfSession, 'tokenFor'>;
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
    if (token === null) return null;
    const answer = await door.send(`${door.url}${request.path}`, request, token);
    // The installation's fault, not that of whoever signed in; and the service is well, so that its breaker does not count it.
    if (answer.status === 401) throw new Unavailable(service, 'does not believe the token of the console');
    return answer;
  }

  async #send(
    service: string,
    signal: AbortSignal,
    url: string,
    { method, headers, body }: PageRequest,
    token: string,
  ): Promise<ServiceAnswer> {
    const request = { method, url, headers, body };
    const answered = await askService(this.#parts.http, signal, request, { authorization: `Bearer ${token}` });
    if (answered.status >= 500) throw new Error(`${service} answered ${answered.status}`);
    return answered;
  }
}
