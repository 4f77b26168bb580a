import type { KafkaConfig } from 'kafkajs';

/** Who a client is at the broker. */
export interface BrokerCredential {
  readonly user: string;
  readonly password: string;
  readonly mechanism: 'scram-sha-512' | 'scram-sha-256';
}

/** How a connection to the broker is encrypted. Texts are PEM, and are read when a connection is made. */
export interface BrokerTls {
  /** The authorities that may have signed the broker's certificate; those of Node when left out. */
  readonly ca?: string;
  /** What the client shows of itself, where the broker asks for a certificate. */
  readonly cert?: string;
  readonly key?: string;
}

/**
 * Where the brokers are, and how they are reached. Password and key are private fields: they appear in no log, no health
 * and no JSON, whatever holds this object.
 * @rule KAFKA-PASSWORD
 */
export class Brokers {
  /** `host:port` of each. */
  readonly addresses: readonly string[];
  readonly #credential: BrokerCredential | undefined;
  readonly #tls: BrokerTls | undefined;

  /** @param access without a credential the client names nobody; without `tls` it speaks in the clear */
  constructor(
    addresses: readonly string[],
    access: { readonly credential?: BrokerCredential | undefined; readonly tls?: BrokerTls | undefined } = {},
  ) {
    this.addresses = [...addresses];
    this.#credential = access.credential;
    this.#tls = access.tls;
  }

  /** Whether the client names itself. A broker that asks nobody for a name has no rules either. */
  get named(): boolean {
    return this.#credential !== undefined;
  }

  /** The part of kafkajs's settings that says where the brokers are and who asks. */
  clientSettings(): Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'> {
    return {
      brokers: [...this.addresses],
      ...(this.#tls && { ssl: this.#tls }),
      ...(this.#credential && { sasl: saslOf(this.#credential) }),
    };
  }
}

function saslOf({ mechanism, user: username, password }: BrokerCredential): NonNullable<KafkaConfig['sasl']> {
  return mechanism === 'scram-sha-512' ? { mechanism, username, password } : { mechanism, username, password };
}
