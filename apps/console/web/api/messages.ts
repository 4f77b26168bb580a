import { useQuery } from '@tanstack/react-query';
import type { paths } from './generated/certified-mail.ts';
import { useList } from './lists.ts';
import { answered, purposeHeader, useService } from './services.ts';
import type { Answer } from './services.ts';

export type FoundMessage = Answer<paths, '/messages'>['items'][number];
export type MessageLife = Answer<paths, '/messages/{key}'>;

/** One search of certified-mail; a day is one in Rome, as 2010-08-02. */
export interface MessageQuery {
  readonly identificativo?: string;
  readonly sender?: string;
  readonly recipient?: string;
  readonly day?: string;
}

/** Messages that fit everything that is given, page after page, the newest first. */
export function useFoundMessages(query: MessageQuery, purpose: string, enabled = true) {
  const mail = useService('certified-mail');
  return useList({
    key: ['messages', query, purpose],
    enabled,
    ask: (after) =>
      answered(mail.GET('/messages', { params: { query: { ...query, ...after }, header: purposeHeader(purpose) } })),
  });
}

/** One message: what was certified of it, outcomes, receipts, what came in about it. */
export function useMessage(key: string, purpose: string) {
  const mail = useService('certified-mail');
  return useQuery({
    queryKey: ['message', key, purpose],
    queryFn: () => answered(mail.GET('/messages/{key}', { params: { path: { key }, header: purposeHeader(purpose) } })),
  });
}
