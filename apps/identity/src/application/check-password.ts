import type { Sources } from '@recapito/platform';
import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { denied } from '../domain/access.ts';
import type { AccessRefusal } from '../domain/access.ts';
import { isConfirmed } from '../domain/credential.ts';
import type { Door } from '../domain/credential.ts';
import { decidePin } from '../domain/pin.ts';
import type { PinRefusal } from '../domain/pin.ts';
import type { LoginKey } from '../persistence/login.store.ts';
import { trySecret } from './try-secret.ts';
import type { RightSecret } from './try-secret.ts';
import type { AccessParts } from './access-parts.ts';

/** Mailbox asks about a secret that was shown at one of its doors. */
export interface CheckPassword {
  readonly key: LoginKey;
  /** The service of the box that is to be opened. */
  readonly service: string;
  readonly secret: string;
  readonly door: Exclude<Door, 'portal'>;
  /** From where the client came to that door. */
  readonly sources: Sources;
  readonly at: Instant;
}

export type CheckPasswordRefusal = AccessRefusal | PinRefusal | Refusal<'enrolment/not-confirmed'>;

/**
 * Whether a secret opens the box of a service: the personal PIN, or the password of a confirmed enrolment; the first PIN
 * and the first-access password never do. Whether the box is open, mailbox and its calendar know.
 * Refusals: `access/denied`, `access/blocked`, `access/busy`, `pin/first-change-due`, `enrolment/not-confirmed`.
 * @rule BOX-SECRETS
 */
export async function checkPassword(
  parts: AccessParts,
  command: CheckPassword,
): Promise<{ readonly holder: string } | CheckPasswordRefusal> {
  return await trySecret<{ readonly holder: string }, CheckPasswordRefusal>(parts, command, (_tx, right) =>
    Promise.resolve(opensBox(right)),
  );
}

function opensBox({ holder, credential, login }: RightSecret): { readonly holder: string } | CheckPasswordRefusal {
  switch (credential.kind) {
    case 'initial-pin':
    case 'personal-pin': {
      const decision = decidePin(credential.kind === 'initial-pin' ? 'initial' : 'personal', 'open-box');
      return 'refused' in decision ? decision : { holder };
    }
    case 'password':
      return isConfirmed(login.standing) ? { holder } : notConfirmed();
    case 'first-access':
      return denied();
  }
}

function notConfirmed(): Refusal<'enrolment/not-confirmed'> {
  return refuse('enrolment/not-confirmed', 'BOX-SECRETS', {
    it: 'La casella si apre dopo la conferma dell’attivazione nel portale.',
    en: 'The mailbox opens after its activation has been confirmed on the portal.',
  });
}
