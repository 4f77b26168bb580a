import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  messageAccepted,
  messageDelivered,
  messageNotDelivered,
  messageRefused,
  timeLimitPassed,
} from '@recapito/contracts';
import type { DataOf, Fact } from '@recapito/contracts';
import { FactContext, OnEvent } from '@recapito/messaging';
import { SuiteClock } from '@recapito/platform';
import { recordMailEvent } from '../application/record-mail-event.ts';
import type { MailEvent } from '../application/record-mail-event.ts';
import type { Tx } from '../persistence/tx.ts';

type Told = Pick<MailEvent, 'identificativo' | 'msgid' | 'mittente'>;

/** What certified-mail says on `certified-mail.messages.v1`, of everybody's messages. */
@Controller()
export class CertifiedMailMessages {
  readonly #clock: SuiteClock;

  constructor(clock: SuiteClock) {
    this.#clock = clock;
  }

  /** Certified-mail has the message, even if the answer to our request was lost. */
  @OnEvent(messageAccepted)
  async accepted(
    @Payload() { data }: Fact<DataOf<typeof messageAccepted>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    await this.#record(tx, data, { command: 'submit' });
  }

  @OnEvent(messageRefused)
  async refused(
    @Payload() { data }: Fact<DataOf<typeof messageRefused>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    await this.#record(tx, data, { command: 'fail', reason: `non-accettazione: ${data.erroreEsteso}` });
  }

  @OnEvent(messageDelivered)
  async delivered(
    @Payload() { data }: Fact<DataOf<typeof messageDelivered>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    await this.#record(tx, data, { command: 'deliver' });
  }

  @OnEvent(messageNotDelivered)
  async notDelivered(
    @Payload() { data }: Fact<DataOf<typeof messageNotDelivered>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    await this.#record(tx, data, { command: 'fail', reason: `${data.errore}: ${data.erroreEsteso}` });
  }

  /** After twenty-four hours the message has not arrived; after twelve nothing is decided yet. */
  @OnEvent(timeLimitPassed)
  async limitPassed(
    @Payload() { data }: Fact<DataOf<typeof timeLimitPassed>>,
    @Ctx() { tx }: FactContext<Tx>,
  ): Promise<void> {
    if (data.limit === 'twelve-hours') return;
    await this.#record(tx, data, { command: 'fail', reason: 'preavviso-errore-consegna: ventiquattro ore' });
  }

  async #record(tx: Tx, told: Told, event: Pick<MailEvent, 'command' | 'reason'>): Promise<void> {
    const { identificativo, msgid, mittente } = told;
    await recordMailEvent(tx, { identificativo, msgid, mittente, ...event }, this.#clock.now());
  }
}
