import type { TopicName } from '@recapito/contracts';
import type { SqlTransaction } from '../sql.ts';
import { keptDays } from '../sweep.ts';

/** What is being published again. */
export interface Republication {
  readonly topics: readonly TopicName[];
  /** Rows of the outbox, of whatever topic, that the relay still has to pass: it is done at 0. */
  readonly left: number;
}

/** How far the relay has come in a republication. */
export interface RepublishedUpTo {
  /** Number of the request that the rows were read for. */
  readonly asked: string;
  /** The last row that was sent, by `seq`; undefined when nothing was left. */
  readonly last: string | undefined;
  /** There are no more rows. */
  readonly done: boolean;
}

/** The claim of a fact lives this many days from its append; one more is left for the reader. */
const republishedDays = keptDays - 1;

/**
 * Publishes a topic again from the outbox, for a topic that the broker has lost: same ids, same epochs, in the order of
 * the rows. The relay passes them before anything else, so that no later fact of a key overtakes an earlier one. A
 * reader that has claimed a fact skips it. Facts that were appended more than 59 days ago are left out, because their
 * claims may be deleted. A request during a republication begins anew.
 * @returns how many facts will be sent again; those that were never published come besides.
 * @rule REPUBLISH-CLAIMED
 */
export async function republish(tx: SqlTransaction, topic: TopicName): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ facts: number }[]>(
    `WITH found AS (
       SELECT count(*)::int AS facts, min(seq) AS first, max(seq) AS last FROM outbox
       WHERE topic = $1::text AND published_at IS NOT NULL
         AND appended_at > clock_timestamp() - make_interval(days => $2::int)),
     asked AS (
       INSERT INTO republication AS open (topics, next, last, asked)
       SELECT ARRAY[$1::text], first, last, 1 FROM found WHERE facts > 0
       ON CONFLICT (single) DO UPDATE SET
         topics = CASE WHEN $1::text = ANY(open.topics) THEN open.topics ELSE open.topics || $1::text END,
         next = least(open.next, excluded.next), last = greatest(open.last, excluded.last), asked = open.asked + 1)
     SELECT facts FROM found`,
    topic,
    republishedDays,
  );
  return row?.facts ?? 0;
}

/** What is being published again now; no topics when nothing is. */
export async function openRepublication(tx: SqlTransaction): Promise<Republication> {
  const [row] = await tx.$queryRawUnsafe<{ topics: TopicName[]; left: number }[]>(
    'SELECT topics, greatest(1, last - next + 1)::int AS "left" FROM republication',
  );
  return row ?? { topics: [], left: 0 };
}

/** Part of a statement: the next rows to be sent again, at most `limit`; none while there is no republication. */
export const republishedRowsSql = (limit: string): string => `
  SELECT * FROM outbox
  WHERE seq >= (SELECT next FROM republication) AND seq <= (SELECT last FROM republication)
    AND topic = ANY ((SELECT topics FROM republication)::text[])
    AND (published_at IS NULL OR appended_at > clock_timestamp() - interval '${republishedDays} days')
  ORDER BY seq LIMIT ${limit}`;

/** Part of a statement: moves a republication on, or ends it, unless another request came in between. */
export const moveRepublicationSql = (asked: string, last: string, done: string): string => `
  moved AS (UPDATE republication SET next = ${last}::bigint + 1 WHERE asked = ${asked}::bigint AND NOT ${done}::boolean),
  ended AS (DELETE FROM republication WHERE asked = ${asked}::bigint AND ${done}::boolean)`;
