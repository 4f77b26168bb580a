import { instant, isRefusal, refuse } from '@recapito/primitives';
import { Unavailable } from '@recapito/platform';
import type { Breakers, ServiceCaller } from '@recapito/platform';
import { z } from 'zod';
import type { PasswordQuestion } from '../application/admit-log-in.ts';
import type { PasswordCheck } from '../domain/log-in.ts';

/** Dovecot waits three seconds, we two and a half, and identity's queue two: whoever gives up first is the innermost. */
const patienceMs = 2_500;

/** What identity says of every wrong name and every wrong secret. */
const denied = 'access/denied';

const said = { rule: z.string(), words: z.object({ it: z.string(), en: z.string() }) };

const checked = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.enum(['accepted', 'temporary']) }),
  z
    .object({ outcome: z.literal('refused'), refused: z.string(), ...said })
    .transform(({ outcome, refused, rule, words }) => ({
      outcome,
      refusal: refused === denied ? null : refuse(refused, rule, words),
    })),
  z.object({ outcome: z.literal('blocked'), until: z.number().transform(instant).optional() }),
]);

/**
 * Asks identity whether a password is right: `POST /password-checks`. Nothing of it is kept here. Whatever keeps identity
 * from answering is `temporary`, so that no mail client takes it for a wrong password and asks its user for another.
 */
export function passwordChecks(
  { caller, breakers }: { readonly caller: ServiceCaller; readonly breakers: Breakers },
  identityUrl: string,
): (question: PasswordQuestion) => Promise<PasswordCheck> {
  const url = new URL('/password-checks', identityUrl).href;
  const ask = breakers.breaker(
    'identity',
    (signal, body: PasswordQuestion) =>
      caller.call(url, { audience: 'identity', body, answer: checked, timeoutMs: patienceMs, signal }),
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
