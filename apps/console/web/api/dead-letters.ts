import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import createClient from 'openapi-fetch';
import type { paths } from './generated/identity.ts';
import { answered, headerWords } from './services.ts';

/** Services that read facts, and keep those that could not take effect. */
export const readingServices = ['identity', 'mailbox', 'migration', 'notification'] as const;

export type ReadingService = (typeof readingServices)[number];

/** The first page of a service's open dead letters, oldest first. Every service has the same door for them. */
export function useDeadLetters(service: ReadingService, purpose: string) {
  const { i18n } = useTranslation();
  return useQuery({
    queryKey: ['dead-letters', service],
    queryFn: () => {
      const client = createClient<Pick<paths, '/dead-letters'>>({ baseUrl: `/api/services/${service}` });
      const header = { Purpose: headerWords(purpose) };
      return answered(
        client.GET('/dead-letters', { params: { header }, headers: { 'accept-language': i18n.language } }),
      );
    },
  });
}
