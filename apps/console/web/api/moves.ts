import type { paths } from './generated/migration.ts';
import { useList } from './lists.ts';
import { answered, purposeHeader, useService } from './services.ts';
import type { Answer } from './services.ts';

export type Move = Answer<paths, '/campaigns/{campaign}/moves'>['items'][number];

/** Which moves of a campaign a list is of; all of them when nothing is said. */
export interface MovesFilter {
  readonly holder?: string;
  readonly state?: Move['state'];
  /** Those whose box is late. */
  readonly late?: 'true';
}

/** Moves of a campaign, page after page, in the order of the codici fiscali. */
export function useMoves(campaign: string, filter: MovesFilter, purpose: string) {
  const migration = useService('migration');
  return useList({
    key: ['moves', campaign, filter, purpose],
    enabled: campaign !== '',
    ask: (after) =>
      answered(
        migration.GET('/campaigns/{campaign}/moves', {
          params: { path: { campaign }, query: { ...filter, ...after }, header: purposeHeader(purpose) },
        }),
      ),
  });
}
