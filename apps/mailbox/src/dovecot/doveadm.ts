import type { HttpClient } from '@recapito/platform';
import { z } from 'zod';

/** A mail client's connection that is open. */
export interface LiveSession {
  /** The address that was logged in to, whatever name was typed. */
  readonly address: string;
  readonly door: string;
}

const answers = z.array(z.tuple([z.string(), z.unknown(), z.string()]));
const sessions = z.array(z.object({ username: z.string(), service: z.string() }));
const failure = z.object({ type: z.string(), exitCode: z.int().optional() });

/** doveadm's exit code when nobody is meant (EX_NOUSER): to kick somebody who is not there is no failure. */
const nobody = 68;

/** Dovecot's administration over its HTTP door (2.3, `/doveadm/v1`), on the loopback. */
export class Doveadm {
  readonly #url: string;
  readonly #key: () => string;
  readonly #http: HttpClient;

  /** @param key the store's `doveadm.key`, read when it is needed: Dovecot's configuration may be written after us. */
  constructor(url: string, key: () => string, http: HttpClient) {
    this.#url = new URL('/doveadm/v1', url).href;
    this.#key = key;
    this.#http = http;
  }

  /** Who has an IMAP or POP3 connection open. @throws Error when Dovecot does not answer. */
  async liveSessions(): Promise<LiveSession[]> {
    const found = sessions.parse(await this.#ask('who', {}));
    return found.map(({ username, service }) => ({ address: username, door: service }));
  }

  /** Ends the connections of these addresses. */
  async kick(addresses: readonly string[]): Promise<void> {
    if (addresses.length > 0) await this.#ask('kick', { mask: addresses });
  }

  async #ask(command: string, parameters: object): Promise<unknown> {
    const response = await this.#http.fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `X-Dovecot-API ${Buffer.from(this.#key()).toString('base64')}`,
      },
      body: JSON.stringify([[command, parameters, 'it']]),
      signal: AbortSignal.timeout(2_500),
    });
    if (!response.ok) throw new Error(`doveadm answered ${response.status}`);
    const [answer] = answers.parse(await response.json());
    if (answer === undefined) throw new Error('doveadm answered nothing');
    const [kind, said] = answer;
    if (kind === 'doveadmResponse') return said;
    const { exitCode, type } = failure.parse(said);
    if (exitCode === nobody) return [];
    throw new Error(`doveadm ${command} failed: ${type} ${exitCode ?? ''}`);
  }
}
