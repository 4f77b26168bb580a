import type { Breakers, ServiceCall, ServiceCaller } from '@recapito/platform';
import type { Refusal } from '@recapito/primitives';
import { z } from 'zod';

const passwordAnswer = z.object({ password: z.string().min(1) });

const halfAnswer = z.object({
  channel: z.enum(['sms', 'email', 'posta', 'sportello']),
  characters: z.string().min(1),
  recipient: z.object({ codiceFiscale: z.string(), nome: z.string(), cognome: z.string(), contact: z.string() }),
});

/** One half of a PIN, and to whom it goes. */
export type PinHalf = z.output<typeof halfAnswer>;

type Asked<Answer> = Pick<ServiceCall<Answer>, 'method' | 'body' | 'answer'>;

const timeoutMs = 2_000;

/**
 * The secrets that stand in a communication, asked of identity when it is written and kept nowhere. Refusals are
 * identity's own; every method throws `Unavailable` while identity is away. // CREDENTIALS-ONLY-WRITTEN
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

  /** Tells identity that a half has been written: from now on nobody gets it any more. */
  async halfWritten(pin: string, half: 1 | 2): Promise<undefined | Refusal> {
    return await this.#call(`/pins/${pin}/halves/${half}/written`, { method: 'PUT', answer: z.undefined() });
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
