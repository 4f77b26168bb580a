import { useQuery } from '@tanstack/react-query';
import type { paths } from './generated/identity.ts';
import { actHeaders } from './approvals.ts';
import { useList } from './lists.ts';
import { answered, purposeHeader, useService } from './services.ts';
import type { Answer } from './services.ts';

/** Services that read facts, and keep those that could not take effect. */
export const readingServices = ['identity', 'mailbox', 'migration', 'notification'] as const;

export type ReadingService = (typeof readingServices)[number];
export type ReadLetter = Answer<paths, '/dead-letters/{id}'>;

/** Every service has the same doors for them. */
function useDoors(service: ReadingService) {
  return useService(service as 'identity');
}

/** A service's open dead letters, page after page, the oldest first. */
export function useDeadLetters(service: ReadingService, purpose: string) {
  const doors = useDoors(service);
  return useList({
    key: ['dead-letters', service],
    ask: (after) => answered(doors.GET('/dead-letters', { params: { query: after, header: purposeHeader(purpose) } })),
  });
}

/** A dead letter with what its record says. */
export function useDeadLetter(service: ReadingService, id: string, purpose: string) {
  const doors = useDoors(service);
  return useQuery({
    queryKey: ['dead-letter', service, id],
    queryFn: () =>
      answered(doors.GET('/dead-letters/{id}', { params: { path: { id }, header: purposeHeader(purpose) } })),
  });
}

/** Decides about a dead letter, for a reason that stays in the trace. Two persons set it aside. */
export function useLetterDecision(service: ReadingService, id: string) {
  const doors = useDoors(service);
  const params = { path: { id } };
  return {
    redrive: (reason: string) =>
      answered(doors.POST('/dead-letters/{id}/redrive', { params, headers: purposeHeader(reason) })),
    setAside: (reason: string, approval?: string) =>
      answered(doors.POST('/dead-letters/{id}/set-aside', { params, headers: actHeaders(reason, approval) })),
  };
}
