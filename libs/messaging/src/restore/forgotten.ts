import type { TopicName } from '@recapito/contracts';
import { formatInstant, instant, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { Envelope, RawRecord } from '../records/codec.ts';
import { raiseEpoch } from './epoch.ts';
import type { SqlTransaction } from '../sql.ts';

/** A fact of one of the service's own topics that its database has forgotten: it was put back to an earlier state. */
export interface ForgottenFact {
  /** `ce_id` */
  readonly id: string;
  readonly topic: TopicName;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  readonly key: string;
  readonly type: string;
  readonly version: number;
  readonly sequence: number;
  readonly epoch: number;
  /** `ce_time`, by the suite clock. */
  readonly time: Instant;
  /** The data as JSON. */
  readonly value: string;
  /** When it was found, by the system clock. */
  readonly foundAt: Date;
}

/** A record with the attributes that were read from it. */
export interface ReadFact {
  readonly envelope: Envelope;
  readonly record: RawRecord;
  readonly value: string;
}

/** Of these ids those that neither the outbox nor the forgotten facts have. */
export async function unknownIds(tx: SqlTransaction, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT id::text FROM unnest($1::uuid[]) AS asked (id)
     WHERE id NOT IN (SELECT id FROM outbox WHERE id = ANY($1::uuid[]))
       AND id NOT IN (SELECT id FROM forgotten_fact WHERE id = ANY($1::uuid[]))`,
    ids,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Keeps facts that the database does not know. Those that are kept already stay as they are. */
export async function keepForgotten(tx: SqlTransaction, facts: readonly ReadFact[]): Promise<void> {
  for (const { envelope, record, value } of facts)
    await tx.$executeRawUnsafe(
      `INSERT INTO forgotten_fact (id, topic, "partition", "offset", key, type, version, sequence, time, epoch, value,
                                   recorded_at)
       VALUES ($1::uuid, $2::text, $3::int, $4::bigint, $5::text, $6::text, $7::int, $8::bigint, $9::timestamptz,
               $10::bigint, $11::text, $12::timestamptz)
       ON CONFLICT DO NOTHING`,
      envelope.id,
      envelope.topic,
      record.partition,
      record.offset,
      envelope.key,
      envelope.type,
      envelope.version,
      String(envelope.sequence),
      formatInstant(envelope.time),
      String(envelope.epoch),
      value,
      new Date(record.timestamp).toISOString(),
    );
}

/**
 * Notes that the database was put back to an earlier state: nothing is published until `goOnAfterRestore`. The first
 * note stays.
 * @rule DATABASE-WENT-BACK
 */
export async function noteWentBack(tx: SqlTransaction): Promise<void> {
  await tx.$executeRawUnsafe(
    `INSERT INTO epoch AS known (epoch, went_back_at) VALUES (0, clock_timestamp())
     ON CONFLICT (single) DO UPDATE SET went_back_at = coalesce(known.went_back_at, excluded.went_back_at)`,
  );
}

/** What is known of a database that went back. */
export interface WentBack {
  /** When it was found, by the system clock; null when an operator has decided, or nothing was found. */
  readonly since: Date | null;
  /** Forgotten facts whose aggregates are neither rebuilt nor decided. */
  readonly forgotten: number;
}

/** Whether the database went back and waits for a decision, and how many forgotten facts are open. */
export async function wentBack(tx: SqlTransaction): Promise<WentBack> {
  const [row] = await tx.$queryRawUnsafe<{ since: Date | null; forgotten: number }[]>(
    `SELECT (SELECT went_back_at FROM epoch) AS since,
            (SELECT count(*)::int FROM forgotten_fact WHERE closed_at IS NULL) AS forgotten`,
  );
  return { since: row?.since ?? null, forgotten: row?.forgotten ?? 0 };
}

/**
 * Rebuilds what a forgotten fact is about, in the transaction of the decision: takes over a newer state, or repeats a
 * change by the fact's own rule. Resolves to true when the database is now as the fact says; it is closed then.
 */
export type RebuildForgotten<Tx extends SqlTransaction = SqlTransaction> = (
  tx: Tx,
  fact: ForgottenFact,
) => Promise<boolean>;

/**
 * Decides that the service goes on with the database as it is. First each open forgotten fact is offered to `rebuild`, in
 * the order of its partition; then the epoch is raised above that of every forgotten fact and all that is given. The relay
 * publishes again; facts that were not rebuilt stay listed.
 * @param above the system clock in milliseconds, the epoch in the service's file, and whatever else is known.
 * @returns the new epoch. Refusal: `restore/nothing-to-decide`; nothing changes then.
 * @rule DATABASE-WENT-BACK
 */
export async function goOnAfterRestore<Tx extends SqlTransaction>(
  tx: Tx,
  above: readonly number[],
  rebuild?: RebuildForgotten<Tx>,
): Promise<{ epoch: number } | Refusal<'restore/nothing-to-decide'>> {
  if ((await wentBack(tx)).since === null)
    return refuse(
      'restore/nothing-to-decide',
      'DATABASE-WENT-BACK', // @rule DATABASE-WENT-BACK
      {
        it: 'La base di dati non risulta riportata a uno stato precedente: non c’è nulla da decidere.',
        en: 'The database was not found to be put back to an earlier state: there is nothing to decide.',
      },
    );
  if (rebuild !== undefined)
    for (let after: ForgottenFact | undefined; ;) {
      after = await rebuildForgotten(tx, rebuild, after);
      if (after === undefined) break;
    }
  const [row] = await tx.$queryRawUnsafe<{ epoch: string }[]>(
    'SELECT coalesce(max(epoch), 0)::text AS epoch FROM forgotten_fact',
  );
  return { epoch: await raiseEpoch(tx, [...above, Number(row?.epoch ?? 0)]) };
}

/** Facts that are offered in one transaction. */
const offeredAtOnce = 200;

/**
 * Offers open forgotten facts to `rebuild`, in the order of topic, partition and offset, and closes those that it has
 * rebuilt: at most 200, so that a transaction stays short. May be repeated.
 * @param after the last one that was offered before.
 * @returns the last one that was offered; undefined when there are no more.
 */
export async function rebuildForgotten<Tx extends SqlTransaction>(
  tx: Tx,
  rebuild: RebuildForgotten<Tx>,
  after?: ForgottenFact,
): Promise<ForgottenFact | undefined> {
  const facts = await readForgotten(
    tx,
    `$1::text IS NULL OR (topic, "partition", forgotten_fact."offset") > ($1::text, $2::int, $3::bigint)`,
    `topic, "partition", forgotten_fact."offset" LIMIT $4::int`,
    [after?.topic ?? null, after?.partition ?? null, after?.offset ?? null, offeredAtOnce],
  );
  for (const fact of facts) if (await rebuild(tx, fact)) await closeForgotten(tx, fact.id, 'rebuilt');
  return facts.at(-1);
}

/** Open forgotten facts: of one key of a topic, or these, by their ids. */
export type ForgottenAbout = { readonly topic: TopicName; readonly key: string } | { readonly ids: readonly string[] };

/**
 * Offers some open forgotten facts to `rebuild`, in the order of topic, partition and offset, and closes those that it has
 * rebuilt: for an aggregate that was made again because what led to it was read again.
 * @returns those that were rebuilt.
 */
export async function rebuildForgottenAbout<Tx extends SqlTransaction>(
  tx: Tx,
  rebuild: RebuildForgotten<Tx>,
  about: ForgottenAbout,
): Promise<ForgottenFact[]> {
  const order = `topic, "partition", forgotten_fact."offset"`;
  const facts =
    'ids' in about
      ? await readForgotten(tx, 'id = ANY ($1::uuid[])', order, [about.ids])
      : await readForgotten(tx, 'topic = $1::text AND key = $2::text', order, [about.topic, about.key]);
  const rebuilt: ForgottenFact[] = [];
  for (const fact of facts)
    if (await rebuild(tx, fact)) {
      await closeForgotten(tx, fact.id, 'rebuilt');
      rebuilt.push(fact);
    }
  return rebuilt;
}

/** Open forgotten facts in the order of their ids. `after`: the last id of the page before. */
export async function listForgotten(
  tx: SqlTransaction,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<ForgottenFact[]> {
  return readForgotten(
    tx,
    `forgotten_fact.id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')`,
    'forgotten_fact.id LIMIT $2::int',
    [after ?? null, limit],
  );
}

async function readForgotten(
  tx: SqlTransaction,
  where: string,
  order: string,
  values: readonly (string | number | null | readonly string[])[],
): Promise<ForgottenFact[]> {
  const rows = await tx.$queryRawUnsafe<(Omit<ForgottenFact, 'time'> & { time: Date })[]>(
    `SELECT id::text, topic, "partition", "offset"::text AS "offset", key, type, version, sequence::float8 AS sequence,
            epoch::float8 AS epoch, time, value, found_at AS "foundAt"
     FROM forgotten_fact WHERE closed_at IS NULL AND (${where}) ORDER BY ${order}`,
    ...values,
  );
  return rows.map((row) => ({ ...row, time: instant(row.time.getTime()) }));
}

/** Whether a forgotten fact about the key is open: its aggregate is not what the world knows, and answers "temporarily". */
export async function isForgotten(tx: SqlTransaction, topic: TopicName, key: string): Promise<boolean> {
  const [row] = await tx.$queryRawUnsafe<{ open: boolean }[]>(
    `SELECT EXISTS (SELECT FROM forgotten_fact WHERE topic = $1::text AND key = $2::text AND closed_at IS NULL) AS open`,
    topic,
    key,
  );
  return row?.open ?? false;
}

/**
 * Whether the key has two histories: a fact that waits here to be published has the number of another one, which was
 * published and is forgotten here. Neither can be taken for the right one.
 */
export async function hasTwoHistories(tx: SqlTransaction, topic: TopicName, key: string): Promise<boolean> {
  const [row] = await tx.$queryRawUnsafe<{ found: boolean }[]>(
    `SELECT EXISTS (SELECT FROM outbox JOIN forgotten_fact AS other USING (topic, key, epoch, sequence)
                    WHERE outbox.published_at IS NULL AND topic = $1::text AND key = $2::text AND other.id <> outbox.id)
            AS found`,
    topic,
    key,
  );
  return row?.found ?? false;
}

/**
 * Closes a forgotten fact: its aggregate was rebuilt from it, or an operator has decided that it stays forgotten.
 * Refusal: `forgotten-fact/unknown` (also when already closed).
 */
export async function closeForgotten(
  tx: SqlTransaction,
  id: string,
  outcome: 'rebuilt' | 'set-aside',
): Promise<{ outcome: 'rebuilt' | 'set-aside' } | Refusal<'forgotten-fact/unknown'>> {
  const closed = await tx.$executeRawUnsafe(
    `UPDATE forgotten_fact SET closed_at = clock_timestamp(), outcome = $2::text
     WHERE id = $1::uuid AND closed_at IS NULL`,
    id,
    outcome,
  );
  if (closed === 1) return { outcome };
  return refuse(
    'forgotten-fact/unknown',
    'FORGOTTEN-FACT-OPEN', // @rule FORGOTTEN-FACT-OPEN
    {
      it: 'Nessun fatto dimenticato aperto ha questo identificativo.',
      en: 'No open forgotten fact has this id.',
    },
    { id },
  );
}
