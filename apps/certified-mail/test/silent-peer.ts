import { jest } from '@jest/globals';
import { Unavailable } from '@recapito/platform';
import type { RunningService } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { deliveryReceipt, nonDeliveryNotice, seal, takingInChargeReceipt } from '@recapito/rfc6109';
import type { CertifiedMessage, SystemMessage } from '@recapito/rfc6109';
import { ReceiveIncoming } from '../src/application/incoming/receive-incoming.ts';
import type { IncomingTransaction } from '../src/application/incoming/receive-incoming.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { client } from './post.ts';
import type { Stage } from './stage.ts';

type Service = RunningService<PrismaClient>;

/** What becomes of a message on the network: it is brought, swallowed by who takes it and says no more, or does not get through. */
export type Network = 'brings' | 'swallows' | 'is-cut';

/** Decides about each message between two providers, instead of the network; the rest of the suite is the real one. */
export function onTheNetwork(service: Service, decide: (mail: IncomingTransaction) => Network): void {
  const receiveIncoming = service.app.get(ReceiveIncoming);
  const bring = ReceiveIncoming.prototype.receive.bind(receiveIncoming);
  jest.spyOn(receiveIncoming, 'receive').mockImplementation(async (mail) => {
    switch (decide(mail)) {
      case 'brings':
        return await bring(mail);
      case 'swallows':
        return { received: 'taken' };
      case 'is-cut':
        throw new Unavailable(mail.towards, 'the network is cut');
    }
  });
}

let receipts = 0;

/** A provider outside the suite: it takes envelopes and stays silent, until the spec has it say something. */
export class SilentPeer {
  readonly #stage: Stage;
  readonly #service: Service;
  readonly #name: string;

  /** @param name a provider of the index, whose key the spec knows */
  constructor(stage: Stage, service: Service, name: string) {
    this.#stage = stage;
    this.#service = service;
    this.#name = name;
    onTheNetwork(service, ({ towards }) => (towards === name ? 'swallows' : 'brings'));
  }

  async takesInCharge(identificativo: string, recipient: string, at: Instant): Promise<string> {
    const message = await this.#message(identificativo);
    const taken = { recipients: [recipient], serviceMailbox: this.#entryOf(message.mittente).mailReceipt };
    return await this.#say(takingInChargeReceipt(message, this.#by(at), taken), message);
  }

  async delivers(identificativo: string, recipient: string, at: Instant): Promise<string> {
    const message = await this.#message(identificativo);
    const delivered = { recipient, form: 'sintetica', original: null } as const;
    return await this.#say(deliveryReceipt(message, this.#by(at), delivered), message);
  }

  async fails(identificativo: string, recipient: string, at: Instant): Promise<string> {
    const message = await this.#message(identificativo);
    const failed = { recipient, errore: 'no-dest', erroreEsteso: '5.1.1 - indirizzo non valido' } as const;
    return await this.#say(nonDeliveryNotice(message, this.#by(at), failed), message);
  }

  /** Signs it and hands it to the incoming point of the sender's provider, past the network of the spec. */
  async #say(built: SystemMessage, { mittente }: CertifiedMessage): Promise<string> {
    const installation = this.#service.app.get(Installation);
    const bytes = await seal(built, installation.signerOf(installation.own(this.#name)));
    const { reversePath, forwardPath } = built;
    const towards = this.#entryOf(mittente).providerName;
    const answered = await this.#service.app.get(ReceiveIncoming).receive({ towards, reversePath, forwardPath, bytes });
    return isRefusal(answered) ? answered.refused : answered.received;
  }

  #by(at: Instant) {
    const { name, domain } = this.#service.app.get(Installation).own(this.#name);
    return { provider: { name, domain }, messageId: `altrove.${++receipts}@${domain}`, at };
  }

  #entryOf(address: string) {
    const entry = this.#service.app.get(Installation).index.providerOf(address);
    if (entry === undefined) throw new Error(`nobody manages ${address}`);
    return entry;
  }

  async #message(identificativo: string): Promise<CertifiedMessage> {
    this.#stage.answeredOutside.add(identificativo);
    const [row] = await client(this.#service).$queryRaw<{ certified: CertifiedMessage }[]>`
      SELECT certified FROM message WHERE identificativo = ${identificativo}`;
    if (row === undefined) throw new Error(`nothing is known of ${identificativo}`);
    return row.certified;
  }
}
