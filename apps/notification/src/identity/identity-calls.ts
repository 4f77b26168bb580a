import type { Breakers, ServiceCall, ServiceCaller } from '@recapito/platform';
import type { Refusal } from '@recapito/primitives';
import { z } from 'zod';
import type { CourtesyChannel } from '../channels/channels.ts';

const passwordAnswer = z.object({ password: z.string().min(1) });

const recipientAnswer = z.object({
  codiceFiscale: z.string(),
  nome: z.string(),
  cognome: z.string(),
  contact: z.string(),
});

const halfAnswer = z.object({
  channel: z.enum(['sms', 'email', 'posta', 'sportello']),
  characters: z.string().min(1),
  recipient: recipientAnswer,
});

/** To whom something goes by a courtesy channel, and where. */
export type CourtesyRecipient = z.output<typeof recipientAnswer>;

/** One half of a PIN, and to whom it goes. */
export type PinHalf = z.output<typeof halfAnswer>;

type Asked<Answer> = Pick<ServiceCall<Answer>, 'method' | 'body' | 'answer'>;

const timeoutMs = 2_000;

/**
 * What only identity knows of a communication, its secrets above all, asked when it is written and kept nowhere. Refusals are
 * identity's own; every method throws `Unavailable` while identity is away.
 * @rule CREDENTIALS-ONLY-WRITTEN
 */
export class IdentityCalls {
  readonly #caller: ServiceCaller;
  readonly #url: string;
  readonly #guarded: (call: (signal: AbortSignal) => Promise<void>) => Promise<void>;

  constructor(caller: ServiceCaller, breakers: Breakers, url: string) {
    this.#caller = caller;
    this.#url = url;
    this.#guarded = breakers.breaker('identity', (signal, call) => call(signal), { timeoutMs });
  }

  /** The first-access password of a generation; it is valid from the first time it is given out. */
  async firstAccessPassword(enrolment: string, generation: number): Promise<{ readonly password: string } | Refusal> {
    const path = `/enrolments/${enrolment}/first-access-password`;
    return await this.#call(path, { body: { generation }, answer: passwordAnswer });
  }

  /** One half of a first PIN, with its way and its reader. */
  async pinHalf(pin: string, half: 1 | 2): Promise<PinHalf | Refusal> {
    return await this.#call(`/pins/${pin}/halves/${half}`, { answer: halfAnswer });
  }

  /** Confirms to identity that a PIN half was sent: identity gives it out no more. */
  async confirmHalfWritten(pin: string, half: 1 | 2): Promise<undefined | Refusal> {
    return await this.#call(`/pins/${pin}/halves/${half}/written`, { method: 'PUT', answer: z.undefined() });
  }

  /**
   * Where a channel leads to a holder. @param purpose the id of what is to be told. It stands in the query, where identity of
   * an earlier release reads it, too: an id may stand in the logs of what lies between.
   */
  async contact(holder: string, channel: CourtesyChannel, purpose: string): Promise<CourtesyRecipient | Refusal> {
    const path = `/holders/${holder}/contacts/${channel}?purpose=${purpose}`;
    return await this.#call(path, { answer: recipientAnswer });
  }

  async #call<Answer>(path: string, asked: Asked<Answer>): Promise<Answer | Refusal> {
    const answered = Promise.withResolvers<Answer | Refusal>();
    await this.#guarded(async (signal) => {
      const call = { ...asked, audience: 'identity', timeoutMs, signal };
      answered.resolve(await this.#caller.call(new URL(path, this.#url).href, call));
    });
    return await answered.promise;
  }
}
