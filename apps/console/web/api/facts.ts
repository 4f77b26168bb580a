import { useQuery } from '@tanstack/react-query';
import type { paths } from './generated/audit-log.ts';
import { useList } from './lists.ts';
import { answered, purposeHeader, useService } from './services.ts';
import type { Answer } from './services.ts';

export type Fact = Answer<paths, '/entries'>['items'][number];

/** What facts are about: a holder or a communication, or a message with the day in Rome on which it became known. */
export type FactsQuery = { readonly subject: string } | { readonly message: string; readonly day: string };

/** What the trace has about something, page after page, in its order. */
export function useFacts(query: FactsQuery, purpose: string) {
  const trace = useService('audit-log');
  return useList({
    key: ['facts', query, purpose],
    ask: (after) =>
      answered(trace.GET('/entries', { params: { query: { ...query, ...after }, header: purposeHeader(purpose) } })),
  });
}

/** An entry of the trace with its inclusion proof. */
export function useEntry(index: number, purpose: string) {
  const trace = useService('audit-log');
  return useQuery({
    queryKey: ['entry', index, purpose],
    queryFn: () =>
      answered(trace.GET('/entries/{index}', { params: { path: { index }, header: purposeHeader(purpose) } })),
  });
}

export type ProvenEntry = NonNullable<ReturnType<typeof useEntry>['data']>;
