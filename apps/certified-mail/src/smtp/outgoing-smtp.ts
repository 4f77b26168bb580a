import type { OnModuleDestroy } from '@nestjs/common';
import type { Breakers } from '@recapito/platform';
import { createTransport } from 'nodemailer';
import type { MailTransaction } from '../hand-over/hand-over.ts';
import type { Installation } from '../programme/installation.ts';

/** What another provider's incoming point said: all whom it does not name have been taken. */
export interface Sent {
  /** A no for good, by address: the reply. */
  readonly refused: ReadonlyMap<string, string>;
  /** Addresses for which it asks to come again. */
  readonly later: readonly string[];
}

/** What is asked of the installation: the way to a provider, and whom to believe on it. */
type Ways = Pick<Installation, 'routeTo' | 'authority'>;

type Transport = ReturnType<typeof pooled>;

interface Reply {
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly recipient?: string | undefined;
}

const connections = 4;
const connectMs = 10_000;
/** How long the answer to DATA may take: the other side writes to its disk before it gives it. */
const answerMs = 60_000;

/** How long sending a message may take, from connecting to the answer, with some room. */
export const longestSendingMs = 3 * connectMs + answerMs;

/**
 * The way out to other providers: SMTP with STARTTLS, whose certificate the authority must have signed, over a few
 * connections that are kept open, behind a breaker for each provider. // SMTP-OUT
 */
export class OutgoingSmtp implements OnModuleDestroy {
  readonly #installation: Ways;
  readonly #breakers: Breakers;
  readonly #ways = new Map<
    string,
    { readonly transport: Transport; readonly send: (mail: MailTransaction) => Promise<Sent> }
  >();

  constructor(installation: Ways, breakers: Breakers) {
    this.#installation = installation;
    this.#breakers = breakers;
  }

  /** @throws Unavailable while the provider cannot be reached, asks to come again for all, or no route leads to it. */
  async send(mail: MailTransaction): Promise<Sent> {
    return await this.#wayTo(mail.towards).send(mail);
  }

  onModuleDestroy(): void {
    for (const { transport } of this.#ways.values()) transport.close();
  }

  #wayTo(provider: string) {
    const known = this.#ways.get(provider);
    if (known !== undefined) return known;
    const transport = pooled(this.#installation, provider);
    const send = this.#breakers.breaker(
      `provider:${provider}`,
      (_: AbortSignal, mail: MailTransaction) => sendOver(transport, mail),
      { timeoutMs: connectMs + answerMs },
    );
    const way = { transport, send };
    this.#ways.set(provider, way);
    return way;
  }
}

function pooled(installation: Ways, provider: string) {
  const { host, port, tlsName } = installation.routeTo(provider);
  return createTransport({
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    host,
    port,
    requireTLS: true,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: answerMs,
    tls: { ca: installation.authority, servername: tlsName ?? host, minVersion: 'TLSv1.2' },
  });
}

async function sendOver(transport: Transport, { reversePath, forwardPath, bytes }: MailTransaction): Promise<Sent> {
  try {
    const { rejectedErrors = [] } = await transport.sendMail({
      envelope: { from: reversePath, to: [...forwardPath] },
      raw: bytes,
    });
    return sorted(rejectedErrors);
  } catch (error) {
    const { responseCode = 0, response = '', rejectedErrors = [] } = error as Reply & { rejectedErrors?: Reply[] };
    // Every recipient was refused, each with a reply of its own; or the message as a whole.
    if (rejectedErrors.length === forwardPath.length && rejectedErrors.some(isPermanent)) return sorted(rejectedErrors);
    if (responseCode >= 500) return { refused: new Map(forwardPath.map((each) => [each, response])), later: [] };
    throw error;
  }
}

function sorted(replies: readonly Reply[]): Sent {
  const named = replies.map((reply) => ({ ...reply, recipient: reply.recipient ?? '' }));
  return {
    refused: new Map(named.filter(isPermanent).map(({ recipient, response = '' }) => [recipient, response])),
    later: named.filter((reply) => !isPermanent(reply)).map(({ recipient }) => recipient),
  };
}

function isPermanent({ responseCode = 0 }: Reply): boolean {
  return responseCode >= 500;
}
