import { deliveryDelimiter } from '@recapito/contracts';
import { InfrastructureFailure } from '@recapito/messaging';
import { createTransport } from 'nodemailer';
import type { Transporter } from 'nodemailer';
import type { Finding, FollowedTls } from '@recapito/platform';
import { isRefusal, parseCertifiedAddress } from '@recapito/primitives';

/** One message for one box. */
export interface LmtpDelivery {
  readonly reversePath: string;
  readonly recipient: string;
  /** By which the store knows this delivery again: 128 random bits in hex. */
  readonly storeId: string;
  readonly bytes: Buffer;
}

/**
 * The address by which the mail store gets a delivery: the id of the delivery stands in it as a detail (RFC 5233), where Sieve
 * finds it. No byte of the message says which delivery it is, so nobody outside can make one pass for another.
 * @rule STORE-ONCE
 */
function deliveryAddress(recipient: string, storeId: string): string {
  const at = recipient.lastIndexOf('@');
  return `"${recipient.slice(0, at)}${deliveryDelimiter}${storeId}"${recipient.slice(at)}`;
}

/** The mail store's answer: it is in the box, or it will never be. */
export type Stored =
  | { readonly stored: true }
  | { readonly stored: false; readonly code: string; readonly text: string };

/** What nodemailer tells of a recipient that was not accepted. */
interface RejectedRecipient {
  readonly responseCode?: number;
  readonly response?: string;
}

/** Where the mail store takes deliveries. */
export interface LmtpDoor {
  readonly host: string;
  readonly port: number;
  /** Connections at a time. */
  readonly connections: number;
  /** The authorities that may have signed what it shows, for this host; in the clear without them. */
  readonly tls?: FollowedTls | undefined;
}

/** Hands messages to Dovecot by LMTP (RFC 2033), over a few connections that stay open. */
export class Lmtp {
  readonly #transport: Transporter;
  #reachable = true;

  /** @throws Error when an address may hold what stands between a box and the id of a delivery. */
  constructor({ host, port, connections, tls }: LmtpDoor) {
    if (!isRefusal(parseCertifiedAddress(`a${deliveryDelimiter}b@pec.example`)))
      throw new Error(
        `an address may hold "${deliveryDelimiter}": the mail store would take a part of it for the id of a delivery`,
      );
    this.#transport = createTransport({
      host,
      port,
      pool: true,
      lmtp: true,
      // @rule INNER-TLS
      ...(tls === undefined ? { ignoreTLS: true } : { secure: true, tls: tls.options }),
      maxConnections: connections,
      maxMessages: Number.POSITIVE_INFINITY,
      connectionTimeout: 3_000,
      greetingTimeout: 3_000,
      socketTimeout: 8_000,
    });
  }

  /**
   * Puts a message into a box. Once it answers `stored`, this delivery is on the disk of the mail store: put there now, or when
   * it was tried before.
   * @throws InfrastructureFailure when the store is away or says that it cannot for now.
   */
  async deliver({ reversePath, recipient, storeId, bytes }: LmtpDelivery): Promise<Stored> {
    const envelope = { from: reversePath, to: [deliveryAddress(recipient, storeId)] };
    try {
      const answer = await this.#transport.sendMail({ envelope, raw: bytes });
      this.#reachable = true;
      // With LMTP every recipient has an answer of its own after DATA; all may be rejected without an error.
      const [rejected] = (answer.rejectedErrors ?? []) as RejectedRecipient[];
      return answer.accepted?.length === 1 ? { stored: true } : permanent(rejected);
    } catch (error) {
      this.#reachable = (error as RejectedRecipient).responseCode !== undefined;
      return permanent(error as RejectedRecipient, error);
    }
  }

  /** Whether the store answered when it was last asked, for `/health/ready`. */
  check(): Finding {
    return { state: this.#reachable ? 'ok' : 'degraded' };
  }

  close(): void {
    this.#transport.close();
  }
}

function permanent(rejected: RejectedRecipient | undefined, cause?: unknown): Stored {
  const { responseCode, response = '' } = rejected ?? {};
  if (responseCode === undefined || responseCode < 500)
    throw new InfrastructureFailure(`the mail store did not take a message: ${response || 'no answer'}`, { cause });
  const code = /^\d{3} (5\.\d{1,3}\.\d{1,3})/.exec(response)?.[1] ?? '5.0.0';
  return { stored: false, code, text: response };
}
