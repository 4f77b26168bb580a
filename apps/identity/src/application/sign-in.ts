import { enrolmentStepDone } from '@recapito/contracts';
import type { HolderScope, Sources } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { denied } from '../domain/access.ts';
import type { AccessRefusal } from '../domain/access.ts';
import { loginName } from '../domain/credential.ts';
import { decideEnrolment, stepNumber } from '../domain/enrolment.ts';
import type { EnrolmentDecision, EnrolmentRefusal } from '../domain/enrolment.ts';
import { lockEnrolment, saveEnrolment } from '../persistence/enrolment.store.ts';
import type { Enrolment } from '../persistence/enrolment.store.ts';
import { findPinOf } from '../persistence/pin.store.ts';
import { tellOfHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { trySecret } from './try-secret.ts';
import type { RightSecret } from './try-secret.ts';
import type { AccessParts } from './access-parts.ts';

export interface SignIn {
  /** Codice fiscale or address, as typed. */
  readonly user: string;
  readonly secret: string;
  /** From where the client came. */
  readonly sources: Sources;
  readonly at: Instant;
  readonly lockPatienceMs: number;
}

/** Who signed in, and what the session may do: nothing but the first change of a PIN, any change of it, or the steps. */
export interface SignedIn {
  readonly holder: string;
  readonly scope: HolderScope;
  /** The service whose credential was shown. */
  readonly service: string;
  readonly enrolment: Enrolment | null;
  /** The mark of the personal PIN that was shown; left out for any other secret. */
  readonly openedBy?: string;
  /** When that was settled, in seconds of the system clock: whatever ends sessions later ends this one. */
  readonly openedAt: number;
}

export type SignInRefusal = AccessRefusal | EnrolmentRefusal;

/**
 * Signs a holder in at the portal. With the credentials of an announcement it is the second of the six steps.
 * Refusals: `access/denied`, `access/blocked`, `access/busy`; `enrolment/window-ended` for a chosen password whose
 * enrolment was not confirmed in time.
 */
export async function signIn(parts: AccessParts, command: SignIn): Promise<SignedIn | SignInRefusal> {
  const { user, secret, sources, at } = command;
  const attempt = { key: loginName(user), service: null, secret, door: 'portal' as const, sources, at };
  return await trySecret<SignedIn, SignInRefusal>(parts, attempt, (tx, right) => admit(tx, right, command, parts));
}

async function admit(
  tx: Tx,
  right: RightSecret,
  command: SignIn,
  { secrets, system }: Pick<AccessParts, 'secrets' | 'system'>,
): Promise<SignedIn | SignInRefusal> {
  const { holder, credential, login } = right;
  const { service } = login;
  if (service === null) return denied();
  const openedAt = system.now() / 1_000;
  switch (credential.kind) {
    case 'initial-pin':
    case 'personal-pin': {
      if (!(await isStillThePin(tx, right))) return denied();
      const opened = { holder, service, enrolment: null, openedAt };
      return credential.kind === 'initial-pin'
        ? { ...opened, scope: 'first-pin' }
        : { ...opened, scope: 'pin', openedBy: secrets.pinMark(credential.hash) };
    }
    case 'first-access':
    case 'password':
      return login.standing.enrolment === null
        ? denied()
        : await takeSecondStep(tx, right, login.standing.enrolment.id, { ...command, openedAt });
  }
}

/** The state may have moved on since the secret was looked at: what counts is how it is under the lock. */
async function takeSecondStep(
  tx: Tx,
  { holder, credential }: RightSecret,
  id: string,
  { at, lockPatienceMs, openedAt }: SignIn & Pick<SignedIn, 'openedAt'>,
): Promise<SignedIn | SignInRefusal> {
  const enrolment = await lockEnrolment(tx, id, lockPatienceMs);
  if (enrolment === null || !isStillGood(credential, enrolment)) return denied();
  const decision: EnrolmentDecision = decideEnrolment(enrolment, 'sign-in', at);
  if ('refused' in decision) return decision;
  if (decision.changed) {
    await saveEnrolment(tx, id, { state: decision.to });
    const { move, campaign } = enrolment;
    const step = stepNumber('sign-in');
    await tellOfHolder(tx, enrolmentStepDone, at, { holder, enrolment: id, move, campaign, step });
  }
  return {
    holder,
    scope: 'enrolment',
    service: enrolment.service,
    enrolment: { ...enrolment, state: decision.to },
    openedAt,
  };
}

/**
 * A PIN may have been issued anew, or changed, since it was looked at. Whoever ends the sessions of a holder locks their
 * account first, which is locked here.
 * @rule PIN-REISSUE
 */
async function isStillThePin(tx: Tx, { holder, credential }: RightSecret): Promise<boolean> {
  const pin = await findPinOf(tx, holder);
  if (pin === null) return false;
  return credential.kind === 'personal-pin'
    ? pin.hash === credential.hash
    : credential.kind === 'initial-pin' && pin.id === credential.pin && pin.hash === null;
}

/** A first-access password is void as soon as it was made anew or a password was chosen in its place. */
function isStillGood(credential: RightSecret['credential'], { generation, state, passwordLost }: Enrolment): boolean {
  if (credential.kind !== 'first-access') return true;
  const unspent = state === 'opened' || state === 'signed-in' || passwordLost;
  return credential.generation === generation && unspent;
}
