import { useQuery } from '@tanstack/react-query';
import { answered, purposeHeader, useService } from './services.ts';

/** Services that read facts, and keep those that could not take effect. */
export const readingServices = ['identity', 'mailbox', 'migration', 'notification'] as const;

export type ReadingService = (typeof readingServices)[number];

/** The first page of a service's open dead letters, oldest first. Every service has the same door for them. */
export function useDeadLetters(service: ReadingService, purpose: string) {
  const asked = useService(service as 'identity');
  return useQuery({
    queryKey: ['dead-letters', service],
    queryFn: () => answered(asked.GET('/dead-letters', { params: { header: purposeHeader(purpose) } })),
  });
}
