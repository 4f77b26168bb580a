import { useQuery } from '@tanstack/react-query';
import type { paths } from './generated/mailbox.ts';
import { answered, purposeHeader, useService } from './services.ts';
import type { Answer } from './services.ts';

export type Mailbox = Answer<paths, '/mailboxes/{address}'>;
export type Capabilities = Answer<paths, '/mailboxes/{address}/capabilities'>;
export type LineOfTime = Answer<paths, '/mailboxes/{address}/line-of-time'>;
export type VerbLine = LineOfTime['verbs'][number];

/** A box and whose it is. */
export function useMailbox(address: string, purpose: string) {
  const mailbox = useService('mailbox');
  return useQuery({
    queryKey: ['mailbox', address, purpose],
    queryFn: () =>
      answered(mailbox.GET('/mailboxes/{address}', { params: { path: { address }, header: purposeHeader(purpose) } })),
  });
}

/** What a box may do on a day in Rome, as 2015-03-18; now when it is empty. */
export function useCapabilities(address: string, day: string) {
  const mailbox = useService('mailbox');
  return useQuery({
    queryKey: ['capabilities', address, day],
    queryFn: () =>
      answered(
        mailbox.GET('/mailboxes/{address}/capabilities', {
          // Answers change at midnight in Rome: noon in Greenwich is within the day.
          params: { path: { address }, query: day === '' ? {} : { at: `${day}T12:00:00Z` } },
        }),
      ),
  });
}

/** What a box may do at every time. */
export function useLineOfTime(address: string) {
  const mailbox = useService('mailbox');
  return useQuery({
    queryKey: ['line-of-time', address],
    queryFn: () => answered(mailbox.GET('/mailboxes/{address}/line-of-time', { params: { path: { address } } })),
  });
}
