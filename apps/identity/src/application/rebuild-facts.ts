import {
  accessTried,
  actAsked,
  enrolmentConfirmed,
  enrolmentOpened,
  enrolmentReissued,
  enrolmentStepDone,
  enrolmentVoided,
  holderBlocked,
  holderRecognised,
  holderRegistered,
  holderUnblocked,
  personalDataRead,
  pinIssued,
  sessionsEnded,
  sessionsVoided,
  strangerBlocked,
  strangerTried,
} from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { ForgottenRules, rebuildForgottenAbout, repeated, toldAgain } from '@recapito/messaging';
import type { ForgottenFact } from '@recapito/messaging';
import { isRefusal, parseCertifiedAddress } from '@recapito/primitives';
import { lifted, shutAgain } from '../domain/access.ts';
import { saveBodyAccount } from '../persistence/body-account.store.ts';
import {
  awaitHolder,
  endForgottenSessions,
  keepAccountNumber,
  keepHolderNumber,
  keepReaderNumber,
  losePin,
  replacePin,
  takeAwaiting,
} from '../persistence/forgotten.store.ts';
import { lockHolder } from '../persistence/holder.store.ts';
import { findPinOf } from '../persistence/pin.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { boxOf } from './issue-body-secret.ts';
import { ofAccount } from './rebuild-accounts.ts';
import {
  lockedEnrolment,
  ofEnrolment,
  repeatConfirmation,
  repeatGiving,
  repeatReissue,
  repeatStep,
  repeatVoiding,
} from './rebuild-enrolments.ts';
import { operatorRules } from './rebuild-operators.ts';
import { nextPin } from './reissue-pin.ts';

/**
 * What becomes of each fact that identity has published and its database, put back to an earlier state, has forgotten.
 * Whatever a fact shows to have been replaced or spent opens nothing any more.
 * @rule IDENTITY-REBUILDS
 */
export const identityForgotten = new ForgottenRules<Tx>('identity', [
  toldAgain(holderRegistered),
  toldAgain(holderRecognised),
  toldAgain(enrolmentOpened),
  repeated(pinIssued, repeatPin),
  repeated(enrolmentReissued, ofEnrolment(repeatReissue)),
  repeated(enrolmentStepDone, ofEnrolment(repeatStep)),
  repeated(enrolmentConfirmed, ofEnrolment(repeatConfirmation)),
  repeated(enrolmentVoided, ofEnrolment(repeatVoiding)),
  repeated(
    accessTried,
    ofAccount((account) => account),
  ),
  repeated(
    strangerTried,
    ofAccount((account) => account),
  ),
  repeated(
    holderBlocked,
    ofAccount((account, { whom, until }, from) => shutAgain(account, { whom, from, until })),
  ),
  repeated(
    strangerBlocked,
    ofAccount((account, { whom, until }, from) => shutAgain(account, { whom, from, until })),
  ),
  repeated(holderUnblocked, ofAccount(lifted)),
  repeated(sessionsEnded, repeatEnding),
  repeated(sessionsVoided, repeatVoidedSessions),
  repeated(personalDataRead, repeatReading),
  repeated(actAsked('identity.readings.v1'), repeatAct),
  ...operatorRules,
]);

/** A holder is there again: what waited for them is rebuilt before anybody can meet the state without it. */
export async function rebuildAwaiting(tx: Tx, holder: string): Promise<void> {
  const ids = await takeAwaiting(tx, holder);
  if (ids.length > 0) await rebuildForgottenAbout(tx, (own: Tx, fact) => identityForgotten.rebuild(own, fact), { ids });
}

/** The sessions of a holder were ended; the hold that led to it is read again, and comes to the same fact. */
async function repeatEnding(tx: Tx, { holder }: DataOf<typeof sessionsEnded>, fact: ForgottenFact): Promise<boolean> {
  await keepAccountNumber(tx, holder, fact.sequence);
  await endForgottenSessions(tx, holder, fact);
  return false;
}

/** The sessions of a holder were voided, by a change that has a fact of its own. */
async function repeatVoidedSessions(
  tx: Tx,
  { holder }: DataOf<typeof sessionsVoided>,
  fact: ForgottenFact,
): Promise<boolean> {
  await keepAccountNumber(tx, holder, fact.sequence);
  await endForgottenSessions(tx, holder, fact);
  return true;
}

/** A PIN was issued: one in the place of another by an operator, or the first one, when its move is read again. */
async function repeatPin(
  tx: Tx,
  { holder, pin: id, halves, keyId }: DataOf<typeof pinIssued>,
  fact: ForgottenFact,
): Promise<boolean> {
  await lockHolder(tx, holder);
  const pin = await findPinOf(tx, holder);
  const channels = [halves[0].channel, halves[1].channel] as const;
  if (pin !== null && id === nextPin(pin.id))
    await replacePin(tx, pin.id, { id, channels, keyId: keyId ?? null }, fact.time);
  else if (pin?.id !== id) {
    await awaitHolder(tx, holder, fact.id);
    return false;
  }
  await keepHolderNumber(tx, holder, fact.sequence);
  await endForgottenSessions(tx, holder, fact);
  return true;
}

async function repeatReading(
  tx: Tx,
  { reader, holder, what, purpose }: DataOf<typeof personalDataRead>,
  fact: ForgottenFact,
): Promise<boolean> {
  await keepReaderNumber(tx, reader, fact.sequence);
  if (what !== 'first-access-password') return true;
  const enrolment = await lockedEnrolment(tx, { holder, enrolment: purpose }, fact);
  if (enrolment !== null) await repeatGiving(tx, enrolment, fact);
  return enrolment !== null;
}

/**
 * Secrets that were changed without a fact of their own: what was asked for is published, and the secret is lost. Whatever
 * else operators have asked for, they decide.
 * @rule IDENTITY-VOIDS-OLDER
 */
async function repeatAct(
  tx: Tx,
  { kind, caller, act, subject }: DataOf<ReturnType<typeof actAsked>>,
  fact: ForgottenFact,
): Promise<boolean> {
  if (act === 'change-pin' && kind === 'session') return loseChangedPin(tx, caller, fact);
  // The PIN that an operator had issued has a fact of its own.
  if (act !== 'issue-body-secret') return act === 'reissue-pin';
  const address = parseCertifiedAddress(decodeURIComponent(/^\/bodies\/([^/?]+)\/secrets/.exec(subject)?.[1] ?? ''));
  if (isRefusal(address)) return false;
  await saveBodyAccount(tx, { id: boxOf(address), address, hash: '', issuedBy: caller }, fact.time);
  return true;
}

async function loseChangedPin(tx: Tx, holder: string, fact: ForgottenFact): Promise<boolean> {
  await lockHolder(tx, holder);
  await endForgottenSessions(tx, holder, fact);
  if (await losePin(tx, holder, fact.time)) return true;
  await awaitHolder(tx, holder, fact.id);
  return false;
}
