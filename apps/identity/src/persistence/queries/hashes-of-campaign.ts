import type { Tx } from '../tx.ts';

/** What the passwords of a campaign have cost so far. */
export interface HashesOfCampaign {
  /** Moves whose new box is open. */
  readonly completed: number;
  /** argon2id hashes spent on the holders of completed moves. */
  readonly hashes: number;
}

export async function hashesOfCampaign(tx: Tx, campaign: string): Promise<HashesOfCampaign> {
  const [row] = await tx.$queryRaw<HashesOfCampaign[]>`
    SELECT count(*)::int AS completed, coalesce(sum(a.hashes), 0)::int AS hashes
    FROM enrolment e LEFT JOIN access_account a ON a.id = e.holder_id
    WHERE e.campaign = ${campaign} AND e.switched_at IS NOT NULL`;
  return row ?? { completed: 0, hashes: 0 };
}
