import type { Breakers, ServiceCaller } from '@recapito/platform';
import type { Refusal } from '@recapito/primitives';
import { z } from 'zod';

const submitted = z.object({ identificativo: z.string().min(1) });

/** What certified-mail answers when it has taken a message. */
export type Submitted = z.output<typeof submitted>;

const timeoutMs = 5_000;

/**
 * Hands certified messages to certified-mail: `POST /submissions`, the one way for what may carry a secret. Sending the
 * same message again under the same key gives the same answer and no second message.
 * @rule COMMUNICATION-ONCE
 */
export class Submissions {
  readonly #post: (key: string, message: Buffer) => Promise<Submitted | Refusal>;

  constructor(caller: ServiceCaller, breakers: Breakers, url: string) {
    const call = { audience: 'certified-mail', contentType: 'message/rfc822', answer: submitted, timeoutMs };
    const submissions = new URL('/submissions', url).href;
    this.#post = breakers.breaker(
      'certified-mail',
      (signal, idempotencyKey: string, body: Buffer) =>
        caller.call(submissions, { ...call, idempotencyKey, body, signal }),
      { timeoutMs },
    );
  }

  /**
   * @returns under which id certified-mail has it, or its refusal.
   * @throws Unavailable while it is away, or left in peace after failures.
   */
  async submit(key: string, message: Buffer): Promise<Submitted | Refusal> {
    return await this.#post(key, message);
  }
}
