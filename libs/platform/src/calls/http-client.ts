import { Agent, fetch } from 'undici';
import type { RequestInit, Response } from 'undici';

/**
 * Calls to other parts of the installation. Over TLS the part called has to show a certificate of the authorities given, for
 * the name in its address; those that the system knows count only when none are given.
 * @rule INNER-TLS
 */
export class HttpClient {
  readonly #agent: Agent;

  /** @param authorities certificates, PEM */
  constructor(authorities?: string) {
    this.#agent = new Agent({ connect: { ...(authorities !== undefined && { ca: authorities }) } });
  }

  async fetch(url: string, request: RequestInit = {}): Promise<Response> {
    return await fetch(url, { ...request, dispatcher: this.#agent });
  }
}
