import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { paths } from './generated/identity.ts';
import { answered, headerWords, useIdentity } from './services.ts';

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

export type Overview = Answer<'/holders/{id}/overview'>;
export type Enrolment = Overview['enrolments'][number];
export type FoundHolder = Answer<'/holders'>['items'][number];
export type Block = Answer<'/campaigns/{campaign}/blocks'>['items'][number];

/** One search of identity, by the one thing that was typed. */
export type HolderQuery = { readonly codiceFiscale: string } | { readonly address: string } | { readonly name: string };

const purposeHeader = (purpose: string) => ({ Purpose: headerWords(purpose) });

/** A reading says why; words that are too short are no reason, and nothing is asked. */
export function isPurpose(words: string): boolean {
  return words.trim().length >= 3;
}

/** Persons who are called so, page after page. */
export function useFoundHolders(query: HolderQuery | null, purpose: string) {
  const identity = useIdentity(useTranslation().i18n.language);
  return useInfiniteQuery({
    queryKey: ['holders', query, purpose],
    enabled: query !== null && isPurpose(purpose),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after }) =>
      answered(
        identity.GET('/holders', {
          params: { query: { ...query, ...(after !== undefined && { after }) }, header: purposeHeader(purpose) },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

/** How a person stands. @param everyMs asks again after as long, where something is waited for */
export function useOverview(id: string, purpose: string, everyMs: (overview: Overview | undefined) => number | false) {
  const identity = useIdentity(useTranslation().i18n.language);
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
  const identity = useIdentity(useTranslation().i18n.language);
  return useInfiniteQuery({
    queryKey: ['blocks', campaign],
    enabled: campaign !== '',
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after }) =>
      answered(
        identity.GET('/campaigns/{campaign}/blocks', {
          params: {
            path: { campaign },
            query: { ...(after !== undefined && { after }) },
            header: purposeHeader(purpose),
          },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

/** Ends a person's block. */
export function useLiftBlock(id: string) {
  const identity = useIdentity(useTranslation().i18n.language);
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answered(identity.DELETE('/holders/{id}/block', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['holder', id] }),
  });
}

/** Has the first-access password made anew; the same key again does it once. */
export function useReissue(enrolment: string, key: string) {
  const identity = useIdentity(useTranslation().i18n.language);
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answered(
        identity.POST('/enrolments/{id}/reissues', {
          params: { path: { id: enrolment }, header: { 'Idempotency-Key': key } },
        }),
      ),
    // What was read of the person before is no longer so.
    onSuccess: () =>
      Promise.all(['holder', 'communications'].map((part) => queries.invalidateQueries({ queryKey: [part] }))),
  });
}
