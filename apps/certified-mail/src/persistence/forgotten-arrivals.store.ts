import {
  envelopeArrived,
  messageAccepted,
  messageDelivered,
  messageHandedOver,
  messageNotDelivered,
  takenInCharge,
  timeLimitPassed,
} from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/** An arrival of another provider that was taken in charge by a fact that the database has forgotten. */
export interface ForgottenArrival {
  /** Of the fact. */
  readonly id: string;
  /** Of the message. */
  readonly key: string;
  readonly takenAt: Instant;
  readonly data: DataOf<typeof takenInCharge>;
  /** Of its boxes those whose outcome a forgotten fact says, with the type of that fact. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** The open facts that are decided with it: its own, and those outcomes. */
  readonly facts: readonly string[];
}

interface Row {
  readonly id: string;
  readonly key: string;
  readonly time: Date;
  readonly value: string;
  readonly outcomes: Record<string, string>;
  readonly outcome_ids: string[];
}

const outcomes = [messageDelivered, messageNotDelivered, messageHandedOver].map(({ type }) => type);

/** The open ones from after one on, in the order of their ids. Messages that we accepted ourselves are rebuilt without anybody. */
export async function forgottenArrivals(
  tx: Tx,
  {
    after = null,
    id = null,
    limit,
  }: { readonly after?: string | null; readonly id?: string | null; readonly limit: number },
): Promise<ForgottenArrival[]> {
  const rows = await tx.$queryRawUnsafe<Row[]>(
    `SELECT id::text, key, time, value, outcomes, outcome_ids
     FROM forgotten_fact AS taken, LATERAL (
       SELECT coalesce(jsonb_object_agg(box, type), '{}') AS outcomes,
              coalesce(array_agg(outcome.id::text) FILTER (WHERE outcome.closed_at IS NULL), '{}') AS outcome_ids
       FROM forgotten_fact AS outcome, lower(outcome.value::jsonb ->> 'consegna') AS box
       WHERE outcome.topic = taken.topic AND outcome.key = taken.key
         AND (type = ANY($5::text[]) OR (type = $6::text AND outcome.value::jsonb ->> 'limit' = 'twenty-four-hours'))
         AND box IN (SELECT lower(address) FROM jsonb_array_elements_text(taken.value::jsonb -> 'ricezione') AS address)
     ) AS ended
     WHERE topic = $1::text AND type = $2::text AND closed_at IS NULL
       AND id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000') AND ($4::uuid IS NULL OR id = $4::uuid)
       AND NOT EXISTS (SELECT FROM submission WHERE identificativo = taken.key)
       AND NOT EXISTS (SELECT FROM forgotten_fact AS own WHERE own.topic = taken.topic AND own.key = taken.key
                       AND own.type = $7::text)
     ORDER BY id LIMIT $8::int`,
    takenInCharge.topic,
    takenInCharge.type,
    after,
    id,
    outcomes,
    timeLimitPassed.type,
    messageAccepted.type,
    limit,
  );
  return rows.map(({ id: own, key, time, value, outcome_ids: ended, ...row }) => {
    const data = takenInCharge.data.parse(JSON.parse(value));
    return { ...row, id: own, key, takenAt: instant(time.getTime()), data, facts: [own, ...ended] };
  });
}

/** Whether it was published already, by a fact that is forgotten here, that an envelope of another provider had come. */
export async function arrivedBefore(tx: Tx, key: string): Promise<boolean> {
  const [row] = await tx.$queryRawUnsafe<{ arrived: boolean }[]>(
    `SELECT EXISTS (SELECT FROM forgotten_fact WHERE topic = $1::text AND key = $2::text AND type = $3::text) AS arrived`,
    envelopeArrived.topic,
    key,
    envelopeArrived.type,
  );
  return row?.arrived ?? false;
}

/** Closes what is open about the arrival of a message, once nothing waits of what was taken in charge of it. */
export async function closeArrived(tx: Tx, key: string): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE forgotten_fact SET closed_at = clock_timestamp(), outcome = 'rebuilt'
     WHERE topic = $1::text AND key = $2::text AND type = $3::text AND closed_at IS NULL
       AND NOT EXISTS (SELECT FROM forgotten_fact WHERE topic = $1::text AND key = $2::text AND type = $4::text
                       AND closed_at IS NULL)`,
    envelopeArrived.topic,
    key,
    envelopeArrived.type,
    takenInCharge.type,
  );
}
