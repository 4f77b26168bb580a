import { instant, isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { z } from 'zod';
import type { Breakers } from '../calls/breakers.ts';
import type { ServiceCaller } from '../calls/service-caller.ts';
import { Unavailable } from '../calls/unavailable.ts';

/** Whose secret it is: by the name that was typed (address or codice fiscale), or by the holder of the box. */
export type PasswordQuestion = ({ readonly holder: string } | { readonly address: string }) & {
  /** The service of the box that is to be opened. */
  readonly service: string;
  readonly secret: string;
  /** The address from which the client came to the door; unknown when left out. */
  readonly client?: string | undefined;
  readonly door: 'imap' | 'pop3' | 'submission';
};

/** What identity says of a name and a secret. */
export type PasswordVerdict =
  | { readonly outcome: 'accepted'; readonly holder: string }
  /** Nothing was judged: the client may try the same again. */
  | { readonly outcome: 'temporary' }
  /** With a refusal when the secret was right and opens no box all the same (a first PIN, say). */
  | { readonly outcome: 'refused'; readonly refusal: Refusal | null }
  | { readonly outcome: 'blocked'; readonly refusal: Refusal; readonly until?: Instant | undefined };

/** Dovecot waits three seconds, we two and a half, and identity's queue two: whoever gives up first is the innermost. */
const patienceMs = 2_500;

/** What identity says of every wrong name and every wrong secret. */
const denied = 'access/denied';

const said = { rule: z.string(), words: z.object({ it: z.string(), en: z.string() }) };

const checked = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), holder: z.uuid() }),
  z.object({ outcome: z.literal('temporary') }),
  z
    .object({ outcome: z.literal('refused'), refused: z.string(), ...said })
    .transform(({ outcome, refused, rule, words }) => ({
      outcome,
      refusal: refused === denied ? null : refuse(refused, rule, words),
    })),
  z
    .object({ outcome: z.literal('blocked'), until: z.number().transform(instant).optional(), ...said })
    .transform(({ outcome, until, rule, words }) => ({
      outcome,
      until,
      refusal: refuse('access/blocked', rule, words),
    })),
]);

/**
 * Asks identity whether a password is right: `POST /password-checks`. Nothing of it is kept here. Whatever keeps identity
 * from answering is `temporary`, so that no mail client takes it for a wrong password and asks its user for another.
 */
export function passwordChecks(
  { caller, breakers }: { readonly caller: ServiceCaller; readonly breakers: Breakers },
  identityUrl: string,
): (question: PasswordQuestion) => Promise<PasswordVerdict> {
  const url = new URL('/password-checks', identityUrl).href;
  const ask = breakers.breaker(
    'identity',
    (signal, { client, ...body }: PasswordQuestion) =>
      caller.call(url, { audience: 'identity', body, client, answer: checked, timeoutMs: patienceMs, signal }),
    { timeoutMs: patienceMs },
  );
  return async (question) => {
    try {
      const answer = await ask(question);
      // What identity cannot even read as a name and a secret is nobody's.
      return isRefusal(answer) ? { outcome: 'refused', refusal: null } : answer;
    } catch (error) {
      if (error instanceof Unavailable) return { outcome: 'temporary' };
      throw error;
    }
  };
}
