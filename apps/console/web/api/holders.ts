import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { paths } from './generated/identity.ts';
import { useList } from './lists.ts';
import { answered, isPurpose, purposeHeader, useService } from './services.ts';
import type { Answer } from './services.ts';

export type Overview = Answer<paths, '/holders/{id}/overview'>;
export type Enrolment = Overview['enrolments'][number];
export type FoundHolder = Answer<paths, '/holders'>['items'][number];
export type Block = Answer<paths, '/campaigns/{campaign}/blocks'>['items'][number];

/** One search of identity, by the one thing that was typed. */
export type HolderQuery = { readonly codiceFiscale: string } | { readonly address: string } | { readonly name: string };

/** Persons who are called so, page after page. */
export function useFoundHolders(query: HolderQuery | null, purpose: string) {
  const identity = useService('identity');
  return useList({
    key: ['holders', query, purpose],
    enabled: query !== null && isPurpose(purpose),
    ask: (after) =>
      answered(identity.GET('/holders', { params: { query: { ...query, ...after }, header: purposeHeader(purpose) } })),
  });
}

/** How a person stands. @param everyMs asks again after as long, where something is waited for */
export function useOverview(id: string, purpose: string, everyMs: (overview: Overview | undefined) => number | false) {
  const identity = useService('identity');
  return useQuery({
    queryKey: ['holder', id, purpose],
    enabled: isPurpose(purpose),
    refetchInterval: ({ state }) => everyMs(state.data),
    queryFn: () =>
      answered(identity.GET('/holders/{id}/overview', { params: { path: { id }, header: purposeHeader(purpose) } })),
  });
}

/** Holders of a campaign whom a block keeps out until its bound. */
export function useBlocks(campaign: string, purpose: string) {
  const identity = useService('identity');
  return useList({
    key: ['blocks', campaign],
    enabled: campaign !== '',
    ask: (after) =>
      answered(
        identity.GET('/campaigns/{campaign}/blocks', {
          params: { path: { campaign }, query: after, header: purposeHeader(purpose) },
        }),
      ),
  });
}

/** Ends a person's block. */
export function useLiftBlock(id: string) {
  const identity = useService('identity');
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answered(identity.DELETE('/holders/{id}/block', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['holder', id] }),
  });
}

/** Has the first-access password made anew, for a reason; the same key and reason again do it once. */
export function useReissue(enrolment: string, key: string) {
  const identity = useService('identity');
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      answered(
        identity.POST('/enrolments/{id}/reissues', {
          params: { path: { id: enrolment }, header: { 'Idempotency-Key': key } },
          body: { reason },
        }),
      ),
    // What was read of the person before is no longer so.
    onSuccess: () =>
      Promise.all(['holder', 'communications'].map((part) => queries.invalidateQueries({ queryKey: [part] }))),
  });
}
