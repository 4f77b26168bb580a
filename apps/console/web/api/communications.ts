import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import createClient from 'openapi-fetch';
import type { paths } from './generated/notification.ts';
import { answered, headerWords } from './services.ts';

/** What a person was told, page after page, in the order in which it was asked for. */
export function useCommunications(holder: string, purpose: string) {
  const { i18n } = useTranslation();
  return useInfiniteQuery({
    queryKey: ['communications', holder, purpose],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after }) => {
      const client = createClient<paths>({ baseUrl: '/api/services/notification' });
      const query = { holder, ...(after !== undefined && { after }) };
      const params = { query, header: { Purpose: headerWords(purpose) } };
      return answered(client.GET('/communications', { params, headers: { 'accept-language': i18n.language } }));
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
