import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ServiceHealth } from '../../src/application/live-document.ts';
import { Refused } from './services.ts';
import type { Problem } from './services.ts';

/** How each service is now, as the console sees it. */
export function useSuiteHealth() {
  const { i18n } = useTranslation();
  return useQuery({
    queryKey: ['suite-health'],
    staleTime: 0,
    queryFn: async () => {
      const response = await fetch('/api/services', { headers: { 'accept-language': i18n.language } });
      const body = (await response.json()) as { items: ServiceHealth[] } | Problem;
      if ('items' in body) return body.items;
      throw new Refused(body);
    },
  });
}
