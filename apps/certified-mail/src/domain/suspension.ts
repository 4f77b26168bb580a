import { judgePersons } from '@recapito/approvals';
import type { PersonsRefusal, TwoPersons } from '@recapito/approvals';
import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';

/** Where the suspension of a box stands: `release-asked` when the first of two persons has asked for its end. */
export const suspensionStates = ['held', 'release-asked', 'released'] as const;
export type SuspensionState = (typeof suspensionStates)[number];

/** What operators do to end it, each with the permission to release. */
export const suspensionCommands = ['ask-release', 'withdraw-request', 'confirm-release'] as const;
export type SuspensionCommand = (typeof suspensionCommands)[number];

/** Why the end of a suspension is refused. */
export type ReleaseRefusal = StateRefusal | PersonsRefusal | Refusal<'hold/unknown'>;

/** The refusals that the state alone decides. */
type StateRefusal = Refusal<'hold/released' | 'hold/not-asked' | 'hold/asked-already'>;

/**
 * From each state, where each command leads, or the refusal that it meets.
 * @rule ABUSE-TWO-PERSONS
 */
export const suspensionLife: Readonly<
  Record<SuspensionState, Readonly<Record<SuspensionCommand, SuspensionState | StateRefusal['refused']>>>
> = {
  held: { 'ask-release': 'release-asked', 'withdraw-request': 'hold/not-asked', 'confirm-release': 'hold/not-asked' },
  'release-asked': { 'ask-release': 'hold/asked-already', 'withdraw-request': 'held', 'confirm-release': 'released' },
  released: { 'ask-release': 'hold/released', 'withdraw-request': 'hold/released', 'confirm-release': 'hold/released' },
};

/** What becomes of what is held when its box is released. */
export type HeldQueue = 'send' | 'return';

/** Why what was held is returned, in the words of the notice of non-delivery. */
export const returnedBySuspension = 'restituito dal gestore del mittente dopo la sospensione della casella';

/** What the first of two persons has asked for. */
export interface ReleaseRequest {
  readonly id: string;
  readonly by: string;
  readonly at: Instant;
  readonly queue: HeldQueue;
  readonly reason: string;
}

/** What is known of a suspension. The request stays in it after the release, as what was confirmed. */
export interface SuspensionStanding {
  readonly request: ReleaseRequest | null;
  readonly released: { readonly by: string } | null;
}

/** What an operator wants done; `request` is the id of the request that is meant. */
export type ReleaseOrder =
  | { readonly command: 'ask-release'; readonly by: string; readonly queue: HeldQueue; readonly reason: string }
  | { readonly command: 'withdraw-request'; readonly request: string }
  | {
      readonly command: 'confirm-release';
      readonly by: string;
      readonly request: string;
      /** Whether who asked, and who confirms, may release at this moment. */
      readonly may: TwoPersons['may'];
    };

/** The state to keep, and whether it is another than before; or why not. */
export type ReleaseDecision = { readonly to: SuspensionState; readonly changed: boolean } | ReleaseRefusal;

/**
 * Decides what two persons do to release a box. Asked again in the same words, or confirmed again by the same person, it is
 * done already.
 * Refusals: `hold/released`, `hold/not-asked` (also when another request is meant), `hold/asked-already`, and those of
 * `judgePersons`.
 * @rule ABUSE-TWO-PERSONS
 */
export function decideRelease(standing: SuspensionStanding, order: ReleaseOrder): ReleaseDecision {
  const { request } = standing;
  const state = suspensionStateOf(standing);
  if (isRepetition(standing, order)) return { to: state, changed: false };
  const entry = suspensionLife[state][order.command];
  if (!isState(entry)) return refusalOf(entry, request);
  if (order.command !== 'ask-release' && request?.id !== order.request) return refusalOf('hold/not-asked', request);
  if (order.command === 'confirm-release' && request !== null) {
    const refusal = judgePersons({ asker: request.by, approver: order.by, may: order.may });
    if (refusal !== null) return refusal;
  }
  return { to: entry, changed: true };
}

/** The state that the columns of a suspension say. */
function suspensionStateOf({ request, released }: SuspensionStanding): SuspensionState {
  if (released !== null) return 'released';
  return request === null ? 'held' : 'release-asked';
}

function isRepetition(standing: SuspensionStanding, order: ReleaseOrder): boolean {
  const { request, released } = standing;
  switch (order.command) {
    case 'ask-release':
      return (
        released === null &&
        request?.by === order.by &&
        request.queue === order.queue &&
        request.reason === order.reason
      );
    case 'confirm-release':
      return released?.by === order.by && request?.id === order.request;
    case 'withdraw-request':
      return false;
  }
}

function isState(entry: SuspensionState | StateRefusal['refused']): entry is SuspensionState {
  return (suspensionStates as readonly string[]).includes(entry);
}

export function unknownHold(): Refusal<'hold/unknown'> {
  return refuse('hold/unknown', 'ABUSE-TWO-PERSONS', {
    it: 'Non esiste una sospensione con questo numero.',
    en: 'There is no hold of this number.',
  });
}

/** The box that is to be suspended belongs to no holder of a provider of ours. */
export function noSuchBox(): Refusal<'hold/no-box'> {
  return refuse('hold/no-box', 'ABUSE-HELD', {
    it: 'Nessun titolare ha qui una casella con questo indirizzo.',
    en: 'No holder has a mailbox of this address here.',
  });
}

export function heldAlready(): Refusal<'hold/held-already'> {
  return refuse('hold/held-already', 'ABUSE-HELD', {
    it: 'Gli invii da questa casella sono già sospesi.',
    en: 'Sending from this mailbox is held already.',
  });
}

function refusalOf(code: StateRefusal['refused'], request: ReleaseRequest | null): StateRefusal {
  switch (code) {
    case 'hold/released':
      return refuse(code, 'ABUSE-TWO-PERSONS', {
        it: 'La casella è già stata sbloccata.',
        en: 'The mailbox has been released already.',
      });
    case 'hold/not-asked':
      return refuse(code, 'ABUSE-TWO-PERSONS', {
        it: 'Nessuno ha chiesto questo sblocco, o la richiesta è stata ritirata.',
        en: 'Nobody has asked for this release, or the request was withdrawn.',
      });
    case 'hold/asked-already':
      return refuse(
        code,
        'ABUSE-TWO-PERSONS',
        {
          it: `${request?.by} ha già chiesto lo sblocco: va confermato, o ritirato prima di chiederne un altro.`,
          en: `${request?.by} has asked for the release already: confirm it, or withdraw it before asking for another.`,
        },
        { request: request?.id ?? null },
      );
  }
}
