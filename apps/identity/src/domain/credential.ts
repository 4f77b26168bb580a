import type { Instant } from '@recapito/primitives';
import type { EnrolmentState } from './enrolment.ts';
import type { PinState } from './pin.ts';

/** Where a secret is shown: the portal, or one of the doors of a mailbox. */
export type Door = 'portal' | 'imap' | 'pop3' | 'smtp' | 'submission';

/** What stands in the place of a service for the boxes of public bodies, as mailbox names it. */
export const bodyBoxes = 'provider';

/** What is known of a name with which somebody signs in, for one service. */
export interface LoginStanding {
  readonly pin: {
    readonly id: string;
    readonly state: PinState;
    readonly hash: string | null;
    readonly keyId: string | null;
  } | null;
  readonly passwordHash: string | null;
  readonly enrolment: {
    readonly id: string;
    readonly state: EnrolmentState;
    readonly until: Instant;
    readonly generation: number;
    readonly keyId: string | null;
    /** Since when the first-access password counts. */
    readonly givenAt: Instant | null;
    /** The password that the holder chose is lost: the database was put back. */
    readonly passwordLost: boolean;
  } | null;
}

/** The one secret that can open a door at this instant. */
export type Credential =
  | { readonly kind: 'personal-pin'; readonly hash: string }
  | { readonly kind: 'initial-pin'; readonly pin: string; readonly keyId: string | null }
  | { readonly kind: 'password'; readonly hash: string }
  | {
      readonly kind: 'first-access';
      readonly enrolment: string;
      readonly generation: number;
      readonly keyId: string | null;
    }
  /** Nobody knows any more which one: the database was put back to before it was chosen. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'none' };

/**
 * Which secret a name has to show: the PIN where the service has PINs, else the password that the holder chose, else
 * the first-access one, and that only at the portal, from the instant at which it was first given out until the bound.
 * Where the chosen one is lost nothing opens before an operator has had a first one made anew.
 * @rule ACCESS-SECRET-LOST
 */
export function credentialOf({ pin, passwordHash, enrolment }: LoginStanding, door: Door, at: Instant): Credential {
  if (pin !== null) return pinOf(pin);
  if (passwordHash !== null) return passwordHash === '' ? { kind: 'lost' } : { kind: 'password', hash: passwordHash };
  if (enrolment === null) return { kind: 'none' };
  const { state, givenAt, until, id, generation, keyId, passwordLost } = enrolment;
  const open = state === 'confirmed' || (state !== 'voided' && at < until);
  if (passwordLost && open && (givenAt === null || door !== 'portal')) return { kind: 'lost' };
  if (door !== 'portal') return { kind: 'none' }; // @rule FIRST-ACCESS-PORTAL-ONLY
  const unspent = state === 'opened' || state === 'signed-in' || (state === 'confirmed' && passwordLost); // @rule FIRST-ACCESS-UNTIL-CHANGED
  const inForce = givenAt !== null && givenAt <= at && open; // @rule FIRST-ACCESS-WINDOW
  return unspent && inForce ? { kind: 'first-access', enrolment: id, generation, keyId } : { kind: 'none' };
}

function pinOf({ id, state, hash, keyId }: NonNullable<LoginStanding['pin']>): Credential {
  if (state === 'lost') return { kind: 'lost' };
  return hash === null ? { kind: 'initial-pin', pin: id, keyId } : { kind: 'personal-pin', hash };
}

/**
 * Whether the suite made the secret, with 60 bits or more: nobody guesses it, so it is never locked, only slowed.
 * @rule ACCESS-MADE-SECRETS
 */
export function isMadeByUs(credential: Credential, service: string | null): boolean {
  switch (credential.kind) {
    case 'first-access':
    case 'initial-pin':
      return true;
    case 'password':
      return service === bodyBoxes;
    case 'personal-pin':
    case 'lost':
    case 'none':
      return false;
  }
}

/** What changes whenever another secret counts. */
export function versionOf(credential: Credential): string {
  switch (credential.kind) {
    case 'first-access':
      return `${credential.enrolment}/${credential.generation}`;
    case 'initial-pin':
      return credential.pin;
    case 'password':
    case 'personal-pin':
      return credential.hash;
    case 'lost':
    case 'none':
      return '';
  }
}

/** Whether a chosen password belongs to a confirmed enrolment, or to none that could still be open. */
export function isConfirmed({ enrolment }: LoginStanding): boolean {
  return enrolment === null || enrolment.state === 'confirmed';
}

/** The two ways of saying who one is: a codice fiscale, or an address. Anything else is a name that nobody has. */
export type LoginName =
  | { readonly kind: 'codice-fiscale'; readonly codiceFiscale: string }
  | { readonly kind: 'address'; readonly address: string };

/**
 * Reads what was typed as a user id, without regard to case.
 * @rule LOGIN-NAMES
 */
export function loginName(typed: string): LoginName {
  const text = typed.trim();
  return text.includes('@')
    ? { kind: 'address', address: text.toLowerCase() }
    : { kind: 'codice-fiscale', codiceFiscale: text.toUpperCase() };
}
