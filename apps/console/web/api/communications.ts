import type { paths } from './generated/notification.ts';
import { useList } from './lists.ts';
import { answered, purposeHeader, useService } from './services.ts';
import type { Answer } from './services.ts';

export type Communication = Answer<paths, '/communications'>['items'][number];

/** What a person was told, page after page, in the order in which it was asked for. */
export function useCommunications(holder: string, purpose: string) {
  return useListOf({ holder }, purpose);
}

/** What has not reached its reader. */
export function useFailedCommunications(purpose: string) {
  return useListOf({ state: 'failed' }, purpose);
}

function useListOf(filter: { readonly holder?: string; readonly state?: 'failed' }, purpose: string) {
  const notification = useService('notification');
  return useList({
    key: ['communications', filter, purpose],
    ask: (after) =>
      answered(
        notification.GET('/communications', {
          params: { query: { ...filter, ...after }, header: purposeHeader(purpose) },
        }),
      ),
  });
}
