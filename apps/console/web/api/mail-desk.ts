import type { paths } from './generated/certified-mail.ts';
import { actHeaders } from './approvals.ts';
import { useList } from './lists.ts';
import { answered, purposeHeader, useService } from './services.ts';
import type { Answer } from './services.ts';

export type QueuedMail = Answer<paths, '/queue'>['items'][number];
export type Hold = Answer<paths, '/holds'>['items'][number];
export type Infected = Answer<paths, '/quarantine'>['items'][number];

/** What an operator does with something in the queue. */
export type QueueAct = 'holds' | 'retries' | 'returns';

/** What becomes of the mail that waits for a held box. */
export type QueueEnd = 'send' | 'return';

/** What waits to be carried to boxes and providers, in the order in which it was made. */
export function useQueue(state: QueuedMail['state'] | undefined, purpose: string) {
  const mail = useService('certified-mail');
  return useList({
    key: ['queue', state, purpose],
    ask: (after) => {
      const query = { ...(state !== undefined && { state }), ...after };
      return answered(mail.GET('/queue', { params: { query, header: purposeHeader(purpose) } }));
    },
  });
}

/** Acts on something in the queue, for a reason that stays in the trace. */
export function useQueueAct(id: string) {
  const mail = useService('certified-mail');
  return async (act: QueueAct, reason: string): Promise<unknown> => {
    const asked = { params: { path: { id } }, headers: purposeHeader(reason) };
    if (act === 'holds') return await answered(mail.POST('/queue/{id}/holds', asked));
    if (act === 'retries') return await answered(mail.POST('/queue/{id}/retries', asked));
    return await answered(mail.POST('/queue/{id}/returns', asked));
  };
}

/** Boxes whose sending is held, the latest first. */
export function useHolds(purpose: string) {
  const mail = useService('certified-mail');
  return useList({
    key: ['holds', purpose],
    ask: (after) =>
      answered(mail.GET('/holds', { params: { query: { state: 'held', ...after }, header: purposeHeader(purpose) } })),
  });
}

/** What two persons do about the release of a held box: one asks, the other confirms; who has asked may take it back. */
export function useRelease({ id, request }: Hold) {
  const mail = useService('certified-mail');
  const path = { id, request: request?.id ?? '' };
  return {
    ask: (queue: QueueEnd, reason: string) =>
      answered(mail.POST('/holds/{id}/release-requests', { params: { path: { id } }, body: { queue, reason } })),
    confirm: (reason: string) =>
      answered(
        mail.POST('/holds/{id}/release-requests/{request}/confirmations', {
          params: { path },
          headers: purposeHeader(reason),
        }),
      ),
    withdraw: (reason: string) =>
      answered(
        mail.DELETE('/holds/{id}/release-requests/{request}', { params: { path }, headers: purposeHeader(reason) }),
      ),
  };
}

/** Messages in which a virus was found, in the order in which they were found. */
export function useQuarantine(purpose: string) {
  const mail = useService('certified-mail');
  return useList({
    key: ['quarantine', purpose],
    ask: (after) => answered(mail.GET('/quarantine', { params: { query: after, header: purposeHeader(purpose) } })),
  });
}

/** Opens the quarantine to two persons for an hour. */
export function useQuarantineOpening() {
  const mail = useService('certified-mail');
  return (reason: string, approval?: string) =>
    answered(mail.POST('/quarantine/openings', { headers: actHeaders(reason, approval) }));
}
