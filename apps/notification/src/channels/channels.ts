import { Unavailable } from '@recapito/platform';
import type { Channel } from '../domain/communication.ts';

export type CourtesyChannel = Exclude<Channel, 'pec'>;

/** A courtesy message on its way to one person. */
export interface CourtesyMessage {
  /** The communication's id: the same message is written once. */
  readonly id: string;
  readonly channel: CourtesyChannel;
  /** Whose folder it lands in: the codice fiscale, which a person knows of themselves. */
  readonly codiceFiscale: string;
  /** Number, address or office, by the channel. */
  readonly contact: string;
  readonly text: string;
}

/** Sends courtesy messages: to people, outside their mailboxes. */
export interface Channels {
  /** Sends it; again if it is asked again, and it arrives once. @throws Unavailable when it has to be tried later */
  send(message: CourtesyMessage): Promise<void>;
}

/**
 * The channels of production, for which no adapter is installed: every courtesy message waits and is shown as waiting, and
 * nobody is taken for told.
 * @rule CHANNELS-PRODUCTION
 */
export class NoChannels implements Channels {
  send({ channel }: CourtesyMessage): Promise<void> {
    return Promise.reject(new Unavailable(channel, 'no adapter is installed'));
  }
}
