import { lastLoad } from '../load.store.ts';
import { countByState } from '../move.store.ts';
import type { Tx } from '../transaction.ts';

/** How a campaign stands: its last cohort, its moves, and how long the slowest switch took. */
export interface CampaignReport {
  readonly cohort: {
    /** The load that brought it; null when none has. */
    readonly load: string | null;
    readonly rows: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly unchanged: number;
  };
  readonly moves: {
    readonly planned: number;
    /** Whose announcement reached the old box, whatever came after. */
    readonly announced: number;
    readonly completed: number;
    readonly lapsed: number;
    readonly refused: number;
  };
  readonly sla: {
    /** Hours from the confirmation to the new box, of the slowest move that completed. */
    readonly worstHours: number;
    /** Moves that took over twenty-four. */
    readonly late: number;
  };
  /** What happened on each day in Rome on which something did, the oldest first. */
  readonly days: readonly DayOfCampaign[];
}

/** A day in Rome, as `2010-08-03`, with how many boxes were confirmed and completed on it. */
export interface DayOfCampaign {
  readonly day: string;
  readonly confirmed: number;
  readonly completed: number;
}

export async function campaignReport(tx: Tx, campaign: string): Promise<CampaignReport> {
  const load = await lastLoad(tx, campaign);
  const counts = await countByState(tx, campaign);
  const planned = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [figures] = await tx.$queryRaw<{ announced: number; worst: number; late: number }[]>`
    SELECT count(announced_at)::int AS announced,
           coalesce(max(extract(epoch FROM completed_at - confirmed_at)), 0)::float8 AS worst,
           (count(*) FILTER (WHERE completed_at - confirmed_at > interval '24 hours'))::int AS late
      FROM move WHERE campaign = ${campaign}`;
  const { announced, worst, late } = figures ?? { announced: 0, worst: 0, late: 0 };
  return {
    cohort: {
      load: load?.id ?? null,
      rows: load?.rows ?? 0,
      accepted: load?.accepted ?? 0,
      rejected: load?.rejected ?? 0,
      unchanged: load?.unchanged ?? 0,
    },
    moves: {
      planned,
      announced,
      completed: counts.get('completed') ?? 0,
      lapsed: counts.get('lapsed') ?? 0,
      refused: counts.get('refused') ?? 0,
    },
    sla: { worstHours: Math.round((worst / 3600) * 1000) / 1000, late },
    days: await daysOf(tx, campaign),
  };
}

async function daysOf(tx: Tx, campaign: string): Promise<DayOfCampaign[]> {
  return await tx.$queryRaw<DayOfCampaign[]>`
    SELECT to_char(at AT TIME ZONE 'Europe/Rome', 'YYYY-MM-DD') AS day,
           (count(*) FILTER (WHERE NOT completed))::int AS confirmed, (count(*) FILTER (WHERE completed))::int AS completed
      FROM (SELECT confirmed_at AS at, false AS completed FROM move WHERE campaign = ${campaign} AND confirmed_at IS NOT NULL
            UNION ALL
            SELECT completed_at, true FROM move WHERE campaign = ${campaign} AND completed_at IS NOT NULL) AS happened
     GROUP BY 1 ORDER BY 1`;
}
