import { randomUUID } from 'node:crypto';
import { releaseAsked, releaseWithdrawn, sendingReleased } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { releaseEnvelopes, lockHold, saveRelease, saveRequest } from '../../persistence/hold.store.ts';
import type { HeldQueue, Hold, ReleaseRequest } from '../../persistence/hold.store.ts';
import type { Tx } from '../../persistence/tx.ts';

/** What the notice of non-delivery says of a message that its provider returned. */
/** Why what was held is returned, in Italian. */
export const returned = 'restituito dal gestore del mittente dopo la sospensione della casella';

interface ByOperator {
  /** The hold. */
  readonly id: string;
  /** The operator's name. */
  readonly by: string;
  readonly at: Instant;
}

/**
 * The first person asks for the release of a box and says what is to become of what is held. Asked again with the same
 * words, it is the same request. // ABUSE-TWO-PERSONS
 * Refusals: `hold/unknown`, `hold/released`, `hold/asked-already`.
 */
export async function askRelease(
  tx: Tx,
  { id, by, at, queue, reason }: ByOperator & { readonly queue: HeldQueue; readonly reason: string },
): Promise<ReleaseRequest | Refusal> {
  const hold = await lockHold(tx, id);
  if (hold === undefined) return unknownHold();
  if (hold.released !== null) return released();
  if (hold.request !== null) {
    const same = hold.request.by === by && hold.request.queue === queue && hold.request.reason === reason;
    return same ? hold.request : askedAlready(hold.request);
  }
  const request = { id: randomUUID(), by, at, queue, reason };
  const sequence = await saveRequest(tx, id, request);
  const data = { ...aboutHold(hold), request: request.id, operator: by, queue, reason };
  await append(tx, releaseAsked, { key: id, sequence, time: at, data });
  return request;
}

/** Takes a request back; anybody who may ask may do so. Refusals: `hold/unknown`, `hold/released`, `hold/not-asked`. */
export async function withdrawRelease(
  tx: Tx,
  { id, by, at, request }: ByOperator & { readonly request: string },
): Promise<Refusal | null> {
  const hold = await lockHold(tx, id);
  if (hold === undefined) return unknownHold();
  if (hold.released !== null) return released();
  if (hold.request?.id !== request) return notAsked();
  const sequence = await saveRequest(tx, id, null);
  await append(tx, releaseWithdrawn, {
    key: id,
    sequence,
    time: at,
    data: { ...aboutHold(hold), request, operator: by },
  });
  return null;
}

/**
 * The second person confirms exactly what the first has asked for: the box sends again, and what was held goes on or is
 * returned. Confirmed again by the same person, it is done already. // ABUSE-TWO-PERSONS
 * @param mayStill whether somebody may ask for a release at this moment.
 * Refusals: `hold/unknown`, `hold/released`, `hold/not-asked`, `hold/same-person`, `hold/asker-gone`.
 */
export async function releaseSending(
  tx: Tx,
  { id, by, at, request }: ByOperator & { readonly request: string },
  mayStill: (name: string) => boolean,
): Promise<Hold | Refusal> {
  const hold = await lockHold(tx, id);
  if (hold === undefined) return unknownHold();
  if (hold.request?.id !== request) return hold.released === null ? notAsked() : released();
  if (hold.released !== null) return hold.released.by === by ? hold : released();
  const asked = hold.request;
  if (asked.by === by) return samePerson();
  if (!mayStill(asked.by)) return askerGone();
  await releaseEnvelopes(tx, id, asked.queue === 'return' ? returned : null);
  const sequence = await saveRelease(tx, id, by, at);
  const { queue } = asked;
  const data = { ...aboutHold(hold), request, askedBy: asked.by, confirmedBy: by, queue, queued: hold.queued };
  await append(tx, sendingReleased, { key: id, sequence, time: at, data });
  return { ...hold, sequence, released: { by, at } };
}

function aboutHold({ id, box, holder, provider }: Hold) {
  return { hold: id, box, holder, provider };
}

export function unknownHold(): Refusal<'hold/unknown'> {
  return refuse('hold/unknown', 'ABUSE-TWO-PERSONS', {
    it: 'Non esiste una sospensione con questo numero.',
    en: 'There is no hold of this number.',
  });
}

function released(): Refusal<'hold/released'> {
  return refuse('hold/released', 'ABUSE-TWO-PERSONS', {
    it: 'La casella è già stata sbloccata.',
    en: 'The mailbox has been released already.',
  });
}

function askedAlready({ id, by }: ReleaseRequest): Refusal<'hold/asked-already'> {
  return refuse(
    'hold/asked-already',
    'ABUSE-TWO-PERSONS',
    {
      it: `${by} ha già chiesto lo sblocco: va confermato, o ritirato prima di chiederne un altro.`,
      en: `${by} has asked for the release already: confirm it, or withdraw it before asking for another.`,
    },
    { request: id },
  );
}

function notAsked(): Refusal<'hold/not-asked'> {
  return refuse('hold/not-asked', 'ABUSE-TWO-PERSONS', {
    it: 'Nessuno ha chiesto questo sblocco, o la richiesta è stata ritirata.',
    en: 'Nobody has asked for this release, or the request was withdrawn.',
  });
}

function samePerson(): Refusal<'hold/same-person'> {
  return refuse('hold/same-person', 'ABUSE-TWO-PERSONS', {
    it: 'Chi ha chiesto lo sblocco non può confermarlo: serve una seconda persona.',
    en: 'Who asked for the release cannot confirm it: a second person has to.',
  });
}

function askerGone(): Refusal<'hold/asker-gone'> {
  return refuse('hold/asker-gone', 'ABUSE-TWO-PERSONS', {
    it: 'Chi ha chiesto lo sblocco non è più autorizzato a chiederlo: la richiesta va ritirata e rifatta.',
    en: 'Who asked for the release may no longer do so: withdraw the request and make it anew.',
  });
}
