import { enrolmentReissued, enrolmentStepDone, holderRegistered } from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import type { ForgottenFact } from '@recapito/messaging';
import { Unavailable } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import type { PinState } from '../domain/pin.ts';
import type { Pin } from './pin.store.ts';
import type { Tx } from './tx.ts';

/**
 * Holders who were registered before the database was put back, and whose moves are not read again yet, are no unknown
 * ones.
 * @throws Unavailable while there are any.
 * @rule ACCESS-FORGOTTEN
 */
export async function makeSureNobodyIsAwaited(tx: Tx): Promise<void> {
  const [row] = await tx.$queryRaw<{ awaited: boolean }[]>`
    SELECT EXISTS (SELECT FROM forgotten_fact
                   WHERE topic = ${holderRegistered.topic} AND type = ${holderRegistered.type} AND closed_at IS NULL) AS awaited`;
  if (row?.awaited) throw new Unavailable('identity', 'holders are still to be registered again after a restore');
}

/** Notes that a fact is to be looked at again when its holder is known. */
export async function awaitHolder(tx: Tx, holder: string, fact: string): Promise<void> {
  await tx.awaitingHolder.createMany({ data: [{ holderId: holder, factId: fact }], skipDuplicates: true });
}

/** The facts that waited for this holder; they wait no longer. */
export async function takeAwaiting(tx: Tx, holder: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    DELETE FROM awaiting_holder WHERE holder_id = ${holder}::uuid RETURNING fact_id::text AS id`;
  return rows.map(({ id }) => id);
}

/** Takes over the number of a fact, unless the holder's last one is higher. */
export async function keepHolderNumber(tx: Tx, holder: string, sequence: number): Promise<void> {
  await tx.$executeRaw`UPDATE holder SET sequence = greatest(sequence, ${sequence}::int) WHERE id = ${holder}::uuid`;
}

/** Takes over the number of a fact of an account of attempts, unless its last one is higher. */
export async function keepAccountNumber(tx: Tx, account: string, sequence: number): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO access_account AS a (id, sequence) VALUES (${account}::uuid, ${sequence}::int)
    ON CONFLICT (id) DO UPDATE SET sequence = greatest(a.sequence, excluded.sequence)`;
}

/** Takes over the number of a reader's fact, unless its last one is higher. */
export async function keepReaderNumber(tx: Tx, reader: string, sequence: number): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO reader AS r (name, sequence) VALUES (${reader}, ${sequence}::int)
    ON CONFLICT (name) DO UPDATE SET sequence = greatest(r.sequence, excluded.sequence)`;
}

/** Ends the sessions that a holder opened before it was found that the database went back. */
export async function endForgottenSessions(tx: Tx, holder: string, { foundAt }: ForgottenFact): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO access_account AS a (id, sessions_ended_at) VALUES (${holder}::uuid, ${foundAt})
    ON CONFLICT (id) DO UPDATE SET sessions_ended_at = greatest(a.sessions_ended_at, excluded.sessions_ended_at)`;
}

/** Deletes a password that was chosen before an instant. @returns whether the holder has one all the same. */
export async function dropOlderPassword(tx: Tx, holder: string, service: string, before: Instant): Promise<boolean> {
  const where = { holderId: holder, service };
  await tx.password.deleteMany({ where: { ...where, chosenAt: { lt: new Date(before) } } });
  return (await tx.password.count({ where })) > 0;
}

/** The PIN of a holder is lost, unless it was changed after an instant. @returns false when the holder has none yet. */
export async function losePin(tx: Tx, holder: string, before: Instant): Promise<boolean> {
  const lost: PinState = 'lost';
  await tx.$executeRaw`
    UPDATE pin SET state = ${lost}, hash = NULL
    WHERE holder_id = ${holder}::uuid AND issued_at <= ${new Date(before)}
      AND (changed_at IS NULL OR changed_at < ${new Date(before)})`;
  return (await tx.pin.count({ where: { holderId: holder } })) > 0;
}

/** Another PIN takes the place of a holder's: the first characters of the new one count. */
export async function replacePin(
  tx: Tx,
  before: string,
  { id, channels, keyId }: Pick<Pin, 'id' | 'channels' | 'keyId'>,
  at: Instant,
): Promise<void> {
  const state: PinState = 'initial';
  const [firstChannel, secondChannel] = channels;
  const unwritten = { firstWrittenAt: null, secondWrittenAt: null };
  await tx.pin.update({
    where: { id: before },
    data: {
      id,
      state,
      keyId,
      firstChannel,
      secondChannel,
      hash: null,
      changedAt: null,
      changedIn: null,
      issuedAt: new Date(at),
      ...unwritten,
    },
  });
}

/** Whether a first-access password that was given out at an instant was made anew or spent since, by forgotten facts. */
export async function isSupersededSince(tx: Tx, holder: string, enrolment: string, at: Instant): Promise<boolean> {
  const { topic } = enrolmentReissued;
  const [row] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM forgotten_fact
                   WHERE topic = ${topic} AND key = ${holder} AND time > ${new Date(at)}
                     AND value::jsonb ->> 'enrolment' = ${enrolment}
                     AND (type = ${enrolmentReissued.type}
                          OR (type = ${enrolmentStepDone.type} AND value::jsonb ->> 'step' = '3'))) AS found`;
  return row?.found ?? false;
}

/**
 * The key by which a secret was made that a forgotten fact tells of, null when that was before keys had ids; undefined when
 * no such fact is forgotten. What is read again must come to the same secret.
 * @rule FIRST-ACCESS-KEYS
 */
export async function forgottenKey(
  tx: Tx,
  holder: string,
  { topic, type }: Pick<EventDefinition, 'topic' | 'type'>,
  about: { readonly enrolment: string } | { readonly pin: string },
): Promise<string | null | undefined> {
  const [row] = await tx.$queryRaw<{ keyId: string | null }[]>`
    SELECT value::jsonb ->> 'keyId' AS "keyId" FROM forgotten_fact
    WHERE topic = ${topic} AND type = ${type} AND key = ${holder} AND closed_at IS NULL
      AND value::jsonb @> ${JSON.stringify(about)}::jsonb LIMIT 1`;
  return row?.keyId;
}
