import { useQuery } from '@tanstack/react-query';
import type { paths } from './generated/identity.ts';
import { answered, purposeHeader, useService } from './services.ts';
import type { Answer } from './services.ts';

/** Services at which acts wait for a second person. */
export const approvingServices = ['identity', 'mailbox', 'certified-mail', 'migration', 'notification'] as const;

export type ApprovingService = (typeof approvingServices)[number];
export type Waiting = Answer<paths, '/approvals'>['items'][number];

/** Every service has the same doors for them. */
function useDoors(service: ApprovingService) {
  return useService(service as 'identity');
}

/** The acts of a service that wait for a second person: few at a time. */
export function useWaitingActs(service: ApprovingService) {
  const doors = useDoors(service);
  return useQuery({
    queryKey: ['approvals', service],
    staleTime: 0,
    queryFn: async () => (await answered(doors.GET('/approvals', { params: { query: { limit: 200 } } }))).items,
  });
}

/** Takes a request back, for a reason that stays in the trace. */
export function useWithdrawal(service: ApprovingService) {
  const doors = useDoors(service);
  return (id: string, reason: string) =>
    answered(doors.DELETE('/approvals/{id}', { params: { path: { id } }, headers: purposeHeader(reason) }));
}

/** The headers of an act of two persons: why, and for the second person which request is approved. */
export function actHeaders(reason: string, approval: string | undefined): Record<string, string> {
  return { ...purposeHeader(reason), ...(approval !== undefined && { Approval: approval }) };
}
