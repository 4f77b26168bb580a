import { pinIssued } from '@recapito/contracts';
import { derivedId, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { decidePin, pinChannels } from '../domain/pin.ts';
import type { PinRefusal } from '../domain/pin.ts';
import { makeSureNobodyIsAwaited, replacePin } from '../persistence/forgotten.store.ts';
import { findHolder, lockHolder, tellOfHolder } from '../persistence/holder.store.ts';
import { findPinOf } from '../persistence/pin.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { voidSessions } from './end-sessions.ts';
import { unknownHolder } from './read-holder.ts';

/** The id of the PIN that takes the place of another: its first characters follow from it. */
export function nextPin(id: string): string {
  return derivedId('pin-after', id);
}

/**
 * An operator has a new PIN issued in the place of one that is lost or in other hands: the old one, and every session of the
 * holder, are void in the same transaction, and who else takes sessions hears of it. Its two halves travel as those of the
 * first one did, by the ways that the holder has now.
 * Refusals: `holder/unknown`, `pin/none`.
 * @rule PIN-REISSUE
 */
export async function reissuePin(
  tx: Tx,
  { holder, at, keyId }: { readonly holder: string; readonly at: Instant; readonly keyId: string },
): Promise<{ readonly pin: string } | PinRefusal | Refusal<'holder/unknown' | 'pin/none'>> {
  await lockHolder(tx, holder);
  const known = await findHolder(tx, holder);
  if (known === null) {
    await makeSureNobodyIsAwaited(tx);
    return unknownHolder();
  }
  const before = await findPinOf(tx, holder);
  if (before === null) return noPin();
  const decision = decidePin(before.state, 'reissue');
  if ('refused' in decision) return decision;
  const pin = nextPin(before.id);
  const [first, second] = pinChannels(known);
  await voidSessions(tx, { holder, cause: 'pin-reissued' }, at);
  await replacePin(tx, before.id, { id: pin, channels: [first, second], keyId }, at);
  await tellOfHolder(tx, pinIssued, at, {
    holder,
    pin,
    halves: [
      { half: 1, channel: first },
      { half: 2, channel: second },
    ],
    keyId,
  });
  return { pin };
}

function noPin(): Refusal<'pin/none'> {
  return refuse('pin/none', 'INPS-PIN-CHANGE', {
    it: 'Questo titolare non ha un PIN.',
    en: 'This holder has no PIN.',
  });
}
