import { useQuery } from '@tanstack/react-query';
import type { paths } from './generated/migration.ts';
import { actHeaders } from './approvals.ts';
import { useList } from './lists.ts';
import { answered, purposeHeader, useService } from './services.ts';
import type { Answer } from './services.ts';

export type Campaign = Answer<paths, '/campaigns/{campaign}'>;
export type CampaignReport = Answer<paths, '/campaigns/{campaign}/report'>;

/** All campaigns. */
export function useCampaigns() {
  const migration = useService('migration');
  return useList({
    key: ['campaigns'],
    ask: (after) => answered(migration.GET('/campaigns', { params: { query: after } })),
  });
}

export function useCampaign(campaign: string) {
  const migration = useService('migration');
  return useQuery({
    queryKey: ['campaign', campaign],
    queryFn: () => answered(migration.GET('/campaigns/{campaign}', { params: { path: { campaign } } })),
  });
}

/** How a campaign stands now. */
export function useCampaignReport(campaign: string) {
  const migration = useService('migration');
  return useQuery({
    queryKey: ['campaign-report', campaign],
    staleTime: 0,
    queryFn: () => answered(migration.GET('/campaigns/{campaign}/report', { params: { path: { campaign } } })),
  });
}

/** Opens a campaign that was proposed; two persons do. */
export function useCampaignOpening(campaign: string) {
  const migration = useService('migration');
  const params = { path: { campaign } };
  return (reason: string, approval?: string) =>
    answered(migration.POST('/campaigns/{campaign}/openings', { params, headers: actHeaders(reason, approval) }));
}

/** The rows of a load that stayed out, as a file of CSV: read for a reason that stays in the trace. */
export function useRejects(campaign: string, load: string) {
  const migration = useService('migration');
  const params = { path: { campaign, load } };
  return (purpose: string): Promise<string> =>
    answered(
      migration.GET('/campaigns/{campaign}/loads/{load}/rejects', {
        params: { ...params, header: purposeHeader(purpose) },
        parseAs: 'text',
      }),
    );
}
