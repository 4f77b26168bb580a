import { Injectable } from '@nestjs/common';
import { Metrics } from '@recapito/platform';

/** How many messages this process has taken and sent, and how long signing and delivering them took. */
@Injectable()
export class MailFigures {
  readonly #messages;
  readonly #emissions;
  readonly #signing;
  readonly #delivery;

  constructor(metrics: Metrics) {
    const messages = 'Messages at the access point, by what became of them';
    this.#messages = metrics.counter('recapito_messages_total', messages, ['outcome']);
    const emissions = 'Envelopes, receipts and notices that have left: avvenuta-consegna is a delivered message';
    this.#emissions = metrics.counter('recapito_emissions_total', emissions, ['kind']);
    this.#signing = metrics.histogram('recapito_signing_duration_seconds', 'Time to sign a message');
    const delivery = 'Time to hand a message to a mail store or to another provider, by who takes it and how it went';
    this.#delivery = metrics.histogram('recapito_delivery_duration_seconds', delivery, ['to', 'outcome']);
  }

  /** Counts a message that was accepted or refused by a notice. */
  count(outcome: 'accepted' | 'refused'): void {
    this.#messages.inc({ outcome });
  }

  /** Counts an emission that has left, by its kind in RFC 6109's Italian. */
  countSent(kind: string): void {
    this.#emissions.inc({ kind });
  }

  /** Signs, and measures how long that takes. */
  async signing<Result>(work: () => Promise<Result>): Promise<Result> {
    const end = this.#signing.startTimer();
    const result = await work();
    end();
    return result;
  }

  /** Hands a message over, and measures how long that takes, also when it fails. */
  async delivery<Result>(to: 'mail-store' | 'provider', work: () => Promise<Result>): Promise<Result> {
    const end = this.#delivery.startTimer({ to });
    try {
      const result = await work();
      end({ outcome: 'answered' });
      return result;
    } catch (error) {
      end({ outcome: 'failed' });
      throw error;
    }
  }
}
