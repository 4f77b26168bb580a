import type { Tx } from '../tx.ts';

/** What stands in the place of an id. */
export const unnamed = 'unnamed';

/** How many rows of a kind have a secret that one key makes. */
export interface RowsOfKey {
  /** The id of the key; `unnamed` for what was made before keys had ids, by the oldest. */
  readonly key: string;
  readonly of: 'enrolment' | 'pin' | 'security-answers' | 'operator';
  readonly rows: number;
}

/**
 * What still hangs on each key: first-access passwords that may be shown or given out, first PINs that were not changed,
 * answers, second factors.
 */
export async function rowsByKey(tx: Tx): Promise<RowsOfKey[]> {
  return await tx.$queryRaw<RowsOfKey[]>`
    SELECT coalesce(key, ${unnamed}) AS key, of, count(*)::int AS rows
    FROM (SELECT key_id AS key, 'enrolment' AS of FROM enrolment
          WHERE state IN ('opened', 'signed-in') OR password_lost_at IS NOT NULL
          UNION ALL SELECT key_id, 'pin' FROM pin WHERE state = 'initial'
          UNION ALL SELECT key_id, 'security-answers' FROM security_answers
          UNION ALL SELECT factor_key, 'operator' FROM operator WHERE state = 'active' OR activation_sha256 IS NOT NULL
         ) AS made GROUP BY 1, 2 ORDER BY 1, 2`;
}
