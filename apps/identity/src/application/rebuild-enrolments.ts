import type {
  DataOf,
  enrolmentConfirmed,
  enrolmentReissued,
  enrolmentStepDone,
  enrolmentVoided,
} from '@recapito/contracts';
import type { ForgottenFact } from '@recapito/messaging';
import { stepNumber } from '../domain/enrolment.ts';
import { findEnrolment, saveEnrolment } from '../persistence/enrolment.store.ts';
import type { Enrolment } from '../persistence/enrolment.store.ts';
import {
  awaitHolder,
  dropOlderPassword,
  endForgottenSessions,
  isSupersededSince,
  keepHolderNumber,
} from '../persistence/forgotten.store.ts';
import { lockHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** Repeats a change of an enrolment that is there, with its holder locked. */
type RepeatStep<Data> = (tx: Tx, enrolment: Enrolment, data: Data, fact: ForgottenFact) => Promise<void>;

/**
 * A fact about an enrolment is repeated when the enrolment is there; otherwise it waits until its move is read again. The
 * sessions that its holder had are over.
 */
export function ofEnrolment<Data extends { holder: string; enrolment: string }>(repeat: RepeatStep<Data>) {
  return async (tx: Tx, data: Data, fact: ForgottenFact): Promise<boolean> => {
    const enrolment = await lockedEnrolment(tx, data, fact);
    if (enrolment === null) return false;
    await keepHolderNumber(tx, data.holder, fact.sequence);
    await endForgottenSessions(tx, data.holder, fact);
    await repeat(tx, enrolment, data, fact);
    return true;
  };
}

/** The enrolment of a fact with its holder locked; null, and noted, while it is not there. */
export async function lockedEnrolment(
  tx: Tx,
  { holder, enrolment: id }: { readonly holder: string; readonly enrolment: string },
  fact: ForgottenFact,
): Promise<Enrolment | null> {
  await lockHolder(tx, holder);
  const enrolment = await findEnrolment(tx, id);
  if (enrolment === null) await awaitHolder(tx, holder, fact.id);
  return enrolment;
}

/** The first-access password of an earlier generation is void. */
export async function repeatReissue(
  tx: Tx,
  { id, generation }: Enrolment,
  data: DataOf<typeof enrolmentReissued>,
): Promise<void> {
  const { keyId = null } = data;
  if (data.generation > generation) await saveEnrolment(tx, id, { generation: data.generation, keyId, givenAt: null });
}

/**
 * A step was done. The password that was chosen in the third one stands in no fact: it is lost, and the first-access one is
 * spent. What was accepted and answered in the fourth and fifth is lost too: the holder takes these steps again.
 */
export async function repeatStep(
  tx: Tx,
  enrolment: Enrolment,
  { step }: DataOf<typeof enrolmentStepDone>,
  fact: ForgottenFact,
): Promise<void> {
  if (step === stepNumber('sign-in') && enrolment.state === 'opened')
    await saveEnrolment(tx, enrolment.id, { state: 'signed-in' });
  if (step === stepNumber('change-password')) await losePassword(tx, enrolment, fact);
}

/** The holder has confirmed, at the instant that the fact says. */
export async function repeatConfirmation(
  tx: Tx,
  enrolment: Enrolment,
  { confirmedAt }: DataOf<typeof enrolmentConfirmed>,
  fact: ForgottenFact,
): Promise<void> {
  if (enrolment.state !== 'confirmed') await saveEnrolment(tx, enrolment.id, { state: 'confirmed', confirmedAt });
  const known = await tx.password.count({ where: { holderId: enrolment.holder, service: enrolment.service } });
  if (known === 0) await losePassword(tx, { ...enrolment, state: 'confirmed' }, fact);
}

/** The window ended. */
export async function repeatVoiding(
  tx: Tx,
  { id, state }: Enrolment,
  _data: DataOf<typeof enrolmentVoided>,
  { time }: ForgottenFact,
): Promise<void> {
  if (state !== 'confirmed' && state !== 'voided') await saveEnrolment(tx, id, { state: 'voided', voidedAt: time });
}

/**
 * Every password of the enrolment that is older than the fact opens nothing: the one before it, and the first-access one,
 * whose generation is passed over.
 * @rule IDENTITY-VOIDS-OLDER
 */
async function losePassword(tx: Tx, enrolment: Enrolment, { time }: ForgottenFact): Promise<void> {
  const { id, holder, service, state, generation, passwordLost } = enrolment;
  if ((await dropOlderPassword(tx, holder, service, time)) || passwordLost) return;
  const back = state === 'confirmed' || state === 'voided' ? {} : { state: 'signed-in' as const };
  await saveEnrolment(tx, id, { ...back, generation: generation + 1, givenAt: null, passwordLostAt: time });
}

/** A first-access password was given out: it counts from then, unless it was made anew or spent since. */
export async function repeatGiving(tx: Tx, { id, holder, givenAt }: Enrolment, { time }: ForgottenFact): Promise<void> {
  if (givenAt === null && !(await isSupersededSince(tx, holder, id, time)))
    await saveEnrolment(tx, id, { givenAt: time });
}
