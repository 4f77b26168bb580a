import { Injectable } from '@nestjs/common';
import { clientHeader, holderScopes, Unavailable } from '@recapito/platform';
import type { Breakers, HttpClient, ServiceTokens } from '@recapito/platform';
import { z } from 'zod';
import type { HolderSession, HolderSessions } from '../sessions/holder-sessions.ts';
import { askService, patienceMs } from './ask-service.ts';
import type { ServiceAnswer, ServiceRequest } from './ask-service.ts';
import type { PageRequest } from './service-door.ts';

/** What identity answers to whoever has signed in. */
const openedSession = z.object({
  holder: z.string(),
  token: z.string(),
  expiresInSeconds: z.int(),
  scope: z.enum(holderScopes),
  enrolment: z.object({ enrolment: z.string() }).nullable(),
});

export interface HolderDoorParts {
  readonly identityUrl: string;
  /** Undefined where the console is not told. */
  readonly mailboxUrl: string | undefined;
  readonly sessions: HolderSessions;
  readonly http: HttpClient;
  readonly breakers: Breakers;
  /** By which the console proves to identity that it is the console. */
  readonly tokens: ServiceTokens;
}

/** What a holder typed, in which language they read, and the address they come from. */
export interface HolderSignIn {
  readonly user: string;
  readonly secret: string;
  readonly language: string | undefined;
  /** As limits count it: an IPv4 address, or the /64 of an IPv6 one. */
  readonly source: string;
}

/** The programme's texts change with a restart of identity alone. */
const keptForMs = 60_000;

type Send = (request: ServiceRequest, own: Readonly<Record<string, string>>) => Promise<ServiceAnswer>;

/**
 * Asks identity, and mailbox about their boxes, on behalf of holders. What they type goes through once and is kept nowhere; identity is told from where
 * they come, so that its limits count them and not the portal.
 * @rule PORTAL-SOURCE
 */
@Injectable()
export class HolderDoor {
  readonly #parts: HolderDoorParts;
  readonly #send: Send;
  readonly #sendToMailbox: Send;
  #questions: { readonly answer: ServiceAnswer; readonly until: number } | undefined;

  constructor(parts: HolderDoorParts) {
    this.#parts = parts;
    const breaker = (service: string) =>
      parts.breakers.breaker(`${service}-for-holders`, this.#answer.bind(this, service), { timeoutMs: patienceMs });
    this.#send = breaker('identity');
    this.#sendToMailbox = breaker('mailbox');
  }

  /**
   * Signs a holder in at identity. @returns the secret of a new session, or identity's refusal in the reader's language
   * @throws Unavailable when identity or Redis is away, or identity is at fault
   */
  async signIn({ user, secret, language, source }: HolderSignIn): Promise<{ secret: string } | ServiceAnswer> {
    const request = {
      method: 'POST',
      url: `${this.#parts.identityUrl}/sessions/on-behalf`,
      headers: { 'accept-language': language },
      body: { user, secret },
    };
    // The /64 of a client stands for it: its first address has the same wider networks.
    const [address = ''] = source.split('/');
    const answered = await this.#send(request, { ...(await this.#asConsole()), [clientHeader]: address });
    if (isAboutCaller(answered)) throw new Unavailable('identity', 'does not believe the console');
    if (answered.status !== 201) return answered;
    const { holder, token, expiresInSeconds, scope, enrolment } = openedSession.parse(
      JSON.parse(answered.body.toString('utf8')),
    );
    const until = Date.now() + expiresInSeconds * 1_000;
    const session = { holder, token, scope, enrolment: enrolment?.enrolment ?? null, until };
    return { secret: await this.#parts.sessions.begin(session) };
  }

  /** What identity answers to everybody who asks; asked once a minute for all who look. @throws Unavailable */
  async frequentQuestions(): Promise<ServiceAnswer> {
    if (this.#questions !== undefined && performance.now() < this.#questions.until) return this.#questions.answer;
    const request = {
      method: 'GET',
      url: `${this.#parts.identityUrl}/frequent-questions`,
      headers: {},
      body: undefined,
    };
    const answer = await this.#send(request, await this.#asConsole());
    if (answer.status === 200) this.#questions = { answer, until: performance.now() + keptForMs };
    return answer;
  }

  /** The session of a cookie; null when it is over. @throws Unavailable when Redis is away */
  async find(secret: string): Promise<HolderSession | null> {
    return await this.#parts.sessions.find(secret);
  }

  /** What identity answers to a page of the portal; null when the session is over, here or at identity. @throws Unavailable */
  async ask(secret: string, { method, path, headers, body }: PageRequest): Promise<ServiceAnswer | null> {
    const session = await this.find(secret);
    if (session === null) return null;
    const request = { method, url: `${this.#parts.identityUrl}${path}`, headers, body };
    const answered = await this.#send(request, { authorization: `Bearer ${session.token}` });
    if (answered.status !== 401 || !isAboutCaller(answered)) return answered;
    await this.end(secret);
    return null;
  }

  /**
   * The boxes of whoever has signed in, with what each may do; null when the session is over, which identity is asked first.
   * @throws Unavailable when identity, mailbox or Redis is away
   * @rule PORTAL-BOXES
   */
  async boxes(secret: string, headers: PageRequest['headers']): Promise<ServiceAnswer | null> {
    const { mailboxUrl } = this.#parts;
    const session = await this.find(secret);
    if (session === null) return null;
    if (mailboxUrl === undefined) throw new Unavailable('mailbox', 'has no address in RECAPITO_SERVICES');
    const standing = await this.ask(secret, { method: 'GET', path: '/sessions/current', headers, body: undefined });
    if (standing?.status !== 200) return standing;
    const request = { method: 'GET', url: `${mailboxUrl}/holders/${session.holder}/boxes`, headers, body: undefined };
    const answered = await this.#sendToMailbox(request, await this.#asConsole('mailbox'));
    if (isAboutCaller(answered)) throw new Unavailable('mailbox', 'does not believe the console');
    return answered;
  }

  async end(secret: string): Promise<void> {
    await this.#parts.sessions.end(secret);
  }

  async #answer(
    service: string,
    signal: AbortSignal,
    request: ServiceRequest,
    own: Readonly<Record<string, string>>,
  ): Promise<ServiceAnswer> {
    const answered = await askService(this.#parts.http, signal, request, own);
    if (answered.status >= 500) throw new Unavailable(service, `answered ${answered.status}`);
    return answered;
  }

  async #asConsole(service = 'identity'): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await this.#parts.tokens.issue(service)}` };
  }
}

/** Refusals that are about whose token was shown, not about what a holder typed. */
function isAboutCaller({ status, body }: ServiceAnswer): boolean {
  return (status === 401 || status === 403) && body.includes('"caller/');
}
