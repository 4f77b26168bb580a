import type { DataOf, sendingHeld, sessionsEnded } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import { communicationId } from '../domain/communication.ts';
import type { Channel, HeldBoxSubject } from '../domain/communication.ts';
import type { Tx } from '../persistence/tx.ts';
import { askCommunication } from './ask-communication.ts';

interface OfHold {
  readonly hold: string;
  readonly holder: string;
  readonly channel: Channel;
  readonly about: HeldBoxSubject;
  /** In whose texts. */
  readonly programme: string;
}

/**
 * Asks for the notice to the holder of a held box, by the channel that identity chose.
 * @rule ABUSE-TOLD-ELSEWHERE
 */
export async function askHolderNotice(
  tx: Tx,
  { hold, holder, box, heldAt, channel }: DataOf<typeof sessionsEnded>,
  programme: string,
  at: Instant,
): Promise<void> {
  const about = { kind: 'sending-held', hold, box, heldAt } as const;
  await askNotice(tx, { hold, holder, channel, about, programme }, at);
}

/**
 * Asks for the notice by e-mail to the Order on whose domain a held box is; does nothing without one.
 * @rule ABUSE-TOLD-ELSEWHERE
 */
export async function askOrderNotice(
  tx: Tx,
  { hold, holder, box, order, heldAt }: DataOf<typeof sendingHeld> & { readonly heldAt: Instant },
  programme: string,
  at: Instant,
): Promise<void> {
  if (order === null) return;
  const about = { kind: 'sending-held-to-order', box, heldAt, order } as const;
  await askNotice(tx, { hold, holder, channel: 'email', about, programme }, at);
}

async function askNotice(tx: Tx, { hold, about, ...asked }: OfHold, at: Instant): Promise<void> {
  const { kind } = about;
  const id = communicationId(kind, hold, 1);
  const nobodys = { move: null, sender: null, recipient: null, generation: 1 };
  await askCommunication(tx, { id, kind, about, ...asked, ...nobodys }, at);
}
