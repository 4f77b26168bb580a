import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { abandoned } from '@recapito/platform';
import { busy } from '../domain/access.ts';
import type { AccessRefusal } from '../domain/access.ts';
import { judgePin } from '../domain/password-policy.ts';
import type { PinChoiceRefusal } from '../domain/password-policy.ts';
import { decidePin } from '../domain/pin.ts';
import type { PinRefusal } from '../domain/pin.ts';
import { countHashes } from '../persistence/access-account.store.ts';
import { findHolder, lockHolder } from '../persistence/holder.store.ts';
import { findPinOf, savePersonalPin } from '../persistence/pin.store.ts';
import type { Pin } from '../persistence/pin.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { inSession } from '../hashing/hash-pool.ts';
import { voidSessions } from './end-sessions.ts';
import type { AccessParts } from './access-parts.ts';

export interface ChangePin {
  /** The holder of the session. */
  readonly holder: string;
  readonly pin: string;
  readonly session: string;
  /** Whether the session was opened with the first PIN, which opens nothing but the first change. */
  readonly first: boolean;
  /** The mark of the personal PIN with which the session was opened; undefined for the first one. */
  readonly openedBy: string | undefined;
  readonly at: Instant;
}

/** Where the PIN stands: false when the same PIN had been chosen before. */
export interface PinChanged {
  readonly changed: boolean;
}

export type ChangePinRefusal =
  | AccessRefusal
  | PinChoiceRefusal
  | PinRefusal
  | Refusal<'pin/already-changed' | 'pin/none'>;

/**
 * The holder chooses the eight characters of a personal PIN in place of the first sixteen, or of earlier eight.
 * A session of the first PIN may repeat its change, not make another; any other one that the first PIN opened learns nothing of
 * the PIN that was chosen. A session of a personal PIN changes that one, and none that another session has chosen since: who
 * knew the PIN that its holder gave up has no use of it. Every other session of the holder is over with the change.
 * Refusals: `pin/malformed`, `pin/predictable`, `pin/already-changed`, `pin/none`, `pin/lost`, `access/busy`.
 * @rule INPS-PIN-CHANGE
 */
export async function changePin(
  { database, hashes, secrets }: Pick<AccessParts, 'database' | 'hashes' | 'secrets'>,
  command: ChangePin,
): Promise<PinChanged | ChangePinRefusal> {
  const pin = await findPinOf(database.client, command.holder);
  const known = await findHolder(database.client, command.holder);
  if (pin === null || known === null) return noPin();
  const decision = decidePin(pin.state, 'change');
  if ('refused' in decision) return decision;
  const unfit = judgePin(command.pin, secrets.initialPin(pin.id, pin.keyId) ?? '', known);
  if (unfit !== null) return unfit;
  if (command.first && pin.hash !== null)
    return pin.changedIn === command.session ? await repeated(hashes, pin.hash, command) : alreadyChanged();
  if (!command.first && !isOpenedBy(pin, command, secrets)) return alreadyChanged();
  const hash = await hashes.hash(command.pin, inSession(command.holder, abandoned()));
  if (typeof hash !== 'string') return busy();
  return await database.transaction((tx) => keepPin(tx, command, pin, hash));
}

/** Whether the session was opened by the PIN as it is now, or has chosen it. */
function isOpenedBy(
  { hash, changedIn }: Pin,
  { session, openedBy }: ChangePin,
  secrets: AccessParts['secrets'],
): boolean {
  return changedIn === session || (hash !== null && openedBy !== undefined && secrets.isPinMark(hash, openedBy));
}

async function keepPin(
  tx: Tx,
  command: ChangePin,
  { id, hash: before }: Pin,
  hash: string,
): Promise<PinChanged | ChangePinRefusal> {
  const { holder, session: kept, at } = command;
  await lockHolder(tx, holder);
  await countHashes(tx, holder, 1);
  const now = await findPinOf(tx, holder);
  // Two changes at once: the one that came first counts, and the other learns of it.
  if (now === null || now.hash !== before || now.state === 'lost') return alreadyChanged();
  await voidSessions(tx, { holder, cause: 'pin-changed', kept }, at);
  await savePersonalPin(tx, id, { hash, session: kept, at });
  return { changed: true };
}

async function repeated(
  hashes: AccessParts['hashes'],
  chosen: string,
  { pin, holder }: ChangePin,
): Promise<PinChanged | ChangePinRefusal> {
  const same = await hashes.verify(chosen, pin, inSession(holder, abandoned()));
  if (typeof same !== 'boolean') return busy();
  return same ? { changed: false } : alreadyChanged();
}

function alreadyChanged(): Refusal<'pin/already-changed'> {
  return refuse('pin/already-changed', 'INPS-PIN-CHANGE', {
    it: 'Il PIN è già stato cambiato: per cambiarlo di nuovo occorre accedere con quello personale.',
    en: 'The PIN has been changed already: sign in with the personal one to change it again.',
  });
}

function noPin(): Refusal<'pin/none'> {
  return refuse('pin/none', 'INPS-PIN-CHANGE', {
    it: 'Questo titolare non ha un PIN.',
    en: 'This holder has no PIN.',
  });
}
