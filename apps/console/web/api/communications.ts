import { useList } from './lists.ts';
import { answered, purposeHeader, useService } from './services.ts';

/** What a person was told, page after page, in the order in which it was asked for. */
export function useCommunications(holder: string, purpose: string) {
  const notification = useService('notification');
  return useList({
    key: ['communications', holder, purpose],
    ask: (after) =>
      answered(
        notification.GET('/communications', {
          params: { query: { holder, ...after }, header: purposeHeader(purpose) },
        }),
      ),
  });
}
