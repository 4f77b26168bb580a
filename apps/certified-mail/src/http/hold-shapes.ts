import { formatInstant } from '@recapito/primitives';
import { z } from 'zod';
import type { ReleaseRequest } from '../domain/suspension.ts';
import type { Hold } from '../persistence/hold.store.ts';
import type { Reached } from '../persistence/reached.store.ts';
import { addressField } from './address-field.ts';

const queue = z.enum(['send', 'return']);
const reason = z.string().trim().min(3).max(500);

/** Which box, and why, in the words of who holds it. */
export const holdBody = z.object({ box: addressField, reason });

/** What becomes of what is held: it is sent, or returned to its sender; and why the box is released. */
export const askBody = z.object({ queue, reason });

export const holdMade = z.object({ id: z.uuid() });

export const requestView = z.object({
  id: z.uuid(),
  by: z.string(),
  /** RFC 3339 in UTC, as every instant here. */
  at: z.iso.datetime(),
  queue,
  reason: z.string(),
});

export const holdView = z.object({
  id: z.uuid(),
  box: z.string(),
  /** The provider that answers for the box. */
  provider: z.string(),
  state: z.enum(['held', 'released']),
  at: z.iso.datetime(),
  cause: z.union([
    /** More than `most` messages, or recipients, within so many minutes. */
    z.object({ kind: z.enum(['messages', 'recipients']), most: z.int(), minutes: z.int() }),
    z.object({ kind: z.literal('operator'), operator: z.string(), reason: z.string() }),
  ]),
  /** Messages that had not left when it was held. */
  queued: z.int(),
  request: requestView.nullable(),
  released: z.object({ by: z.string(), at: z.iso.datetime() }).nullable(),
});

export const reachedView = z.object({
  identificativo: z.string(),
  address: z.string(),
  /** When the message was accepted. */
  at: z.iso.datetime(),
  state: z.string(),
  outcomeAt: z.iso.datetime().nullable(),
  /** True while the envelope has not left. */
  held: z.boolean(),
});

export const holdPageEnd = z.object({ at: z.iso.datetime(), id: z.uuid() });
export const reachedPageEnd = z.object({ at: z.iso.datetime(), identificativo: z.string(), address: z.string() });

export function shownRequest({ at, ...request }: ReleaseRequest): z.output<typeof requestView> {
  return requestView.parse({ ...request, at: formatInstant(at) });
}

export function shownHold({ at, request, released, ...hold }: Hold): z.output<typeof holdView> {
  return holdView.parse({
    ...hold,
    state: released === null ? 'held' : 'released',
    at: formatInstant(at),
    request: request && shownRequest(request),
    released: released && { by: released.by, at: formatInstant(released.at) },
  });
}

export function shownReached({ at, outcomeAt, ...reached }: Reached): z.output<typeof reachedView> {
  return reachedView.parse({
    ...reached,
    at: formatInstant(at),
    outcomeAt: outcomeAt === null ? null : formatInstant(outcomeAt),
  });
}
