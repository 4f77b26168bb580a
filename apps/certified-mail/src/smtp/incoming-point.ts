import type { OnModuleDestroy } from '@nestjs/common';
import { correlated } from '@recapito/messaging';
import type { OnServiceStart } from '@recapito/platform';
import { isRefusal, parseCertifiedAddress, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { SMTPServerSession } from 'smtp-server';
import type { ReceiveIncoming } from '../application/incoming/receive-incoming.ts';
import type { Installation } from '../programme/installation.ts';
import { SmtpDoor } from './smtp-door.ts';
import type { SmtpData } from './smtp-door.ts';
import type { DoorOptions } from './door-options.ts';
import { refusedReply, SmtpReply } from './smtp-reply.ts';
import type { ReceivedData } from './received-data.ts';
import { receivedField, receptionOf } from './received-field.ts';

/**
 * The incoming point (punto di ricezione) over SMTP: other providers bring envelopes, receipts and notices for the boxes
 * of ours. It checks them as `judgeIncoming` says; what is not certified is refused, or enclosed in an anomaly envelope. 250
 * means that the message is on the disk and answered for; sent again, it is traced and nothing is done twice.
 * @rule SMTP-INCOMING
 */
export class IncomingPoint implements OnServiceStart, OnModuleDestroy {
  readonly #door: SmtpDoor;
  readonly #installation: Installation;
  readonly #receiveIncoming: ReceiveIncoming;
  readonly #taken: ReceivedData;

  constructor(
    parts: { installation: Installation; receiveIncoming: ReceiveIncoming; taken: ReceivedData },
    options: DoorOptions,
  ) {
    this.#installation = parts.installation;
    this.#receiveIncoming = parts.receiveIncoming;
    this.#taken = parts.taken;
    this.#door = new SmtpDoor(options, {
      // Anybody may say who they are; for whom it is decides at RCPT, and the signature at the end.
      onMailFrom: () => Promise.resolve(),
      onRcptTo: (address, session) => this.#to(address, session),
      onData: (data, session) => correlated(undefined, () => this.#data(data, session)),
    });
  }

  async onServiceStart(): Promise<void> {
    await this.#taken.prepare();
    await this.#door.open();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#door.close();
  }

  get state(): { readonly port: number; readonly clients: number } {
    return { port: this.#door.port, clients: this.#door.clients };
  }

  /**
   * Takes certified mail for any address of ours, ordinary mail for boxes that take it: a sender gets a reply for each. A second
   * provider of ours has a transaction of its own, so that each answers for itself.
   */
  async #to(typed: string, { envelope }: SMTPServerSession): Promise<void> {
    const address = parseCertifiedAddress(typed);
    if (isRefusal(address)) throw refusedReply(address);
    const provider = this.#installation.managing(address);
    if (provider === undefined) throw refusedReply(notOurs());
    const [first] = envelope.rcptTo;
    if (first !== undefined && this.#installation.managing(first.address) !== provider)
      throw new SmtpReply(452, '4.5.3', 'Un altro gestore: in una transazione a parte (SMTP-INCOMING)');
    const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
    // A null reverse path is a receipt's or a bounce's: what it is, is seen at the end (RFC 5321 section 4.5.5).
    if (from === '' || this.#installation.index.providerOf(from) !== undefined) return;
    if (provider.ordinaryMail === 'refuse') throw refusedReply(ordinary());
    const refusal = await this.#receiveIncoming.takesOrdinary(address);
    if (refusal !== null) throw refusedReply(refusal);
  }

  async #data(data: SmtpData, session: SMTPServerSession): Promise<string> {
    const { envelope, secure } = session;
    const by = this.#installation.smtpName;
    const reversePath = (envelope.mailFrom === false ? '' : envelope.mailFrom.address).toLowerCase();
    const forwardPath = [...new Set(envelope.rcptTo.map(({ address }) => address.toLowerCase()))];
    const towards = this.#installation.managing(forwardPath[0] ?? '')?.name ?? '';
    return await this.#taken.whole(data, async (bytes) => {
      const received = (at: Instant) => receivedField(receptionOf(session, { by, at, showAddress: true }));
      const mail = { towards, reversePath, forwardPath, bytes, inClear: !secure, received };
      const answer = await this.#receiveIncoming.receive(mail);
      if (isRefusal(answer)) throw refusedReply(answer);
      // The signature of an indexed provider was right.
      if (answer.received === 'taken') this.#door.becomesKnown(session);
      return answer.received === 'enclosed' ? '2.6.0 ricevuto, non certificato' : '2.6.0 preso in carico';
    });
  }
}

function notOurs(): Refusal<'incoming/not-ours'> {
  return refuse('incoming/not-ours', 'SMTP-INCOMING', {
    it: 'La casella non è di un dominio gestito da questo gestore.',
    en: 'The mailbox is not of a domain that this provider manages.',
  });
}

function ordinary(): Refusal<'incoming/ordinary'> {
  return refuse('incoming/ordinary', 'INCOMING-ORDINARY', {
    it: 'La casella riceve solo posta elettronica certificata.',
    en: 'The mailbox receives certified mail only.',
  });
}
