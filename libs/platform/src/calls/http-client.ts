import { Agent, buildConnector, fetch } from 'undici';
import type { RequestInit, Response } from 'undici';
import { FollowedTls } from '../tls-files.ts';

/**
 * Calls to other parts of the installation. Over TLS the part called has to show a certificate of the authorities given, for
 * the name in its address; those that the system knows count only when none are given. Their file is read again for each
 * connection.
 * @rule INNER-TLS
 */
export class HttpClient {
  readonly #agent: Agent;

  /** @param authorities certificates, PEM, or their file */
  constructor(authorities?: string | FollowedTls) {
    const followed = typeof authorities === 'string' ? new FollowedTls({ ca: authorities }) : authorities;
    this.#agent = new Agent(followed && { connect: connectorOf(followed) });
  }

  async fetch(url: string, request: RequestInit = {}): Promise<Response> {
    return await fetch(url, { ...request, dispatcher: this.#agent });
  }
}

/** A connector keeps what it was made with, and TLS sessions that were checked by it. */
function connectorOf(followed: FollowedTls): buildConnector.connector {
  let ca: string | undefined;
  let connector = buildConnector({});
  return (options, callback) => {
    const now = followed.texts.ca;
    if (now !== ca) connector = buildConnector({ ...(now !== undefined && { ca: now }) });
    ca = now;
    connector(options, callback);
  };
}
