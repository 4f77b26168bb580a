import type { DataOf, pinIssued } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import { communicationId } from '../domain/communication.ts';
import type { Tx } from '../persistence/tx.ts';
import { askCommunication } from './ask-communication.ts';

/**
 * A PIN exists: its two halves travel apart, each by the channel that identity chose.
 * @rule INPS-PIN-CHANNELS
 */
export async function askPinHalves(
  tx: Tx,
  { holder, pin, halves }: DataOf<typeof pinIssued>,
  programme: string,
  at: Instant,
): Promise<void> {
  for (const { half, channel } of halves) {
    const kind = half === 1 ? 'pin-first-half' : 'pin-second-half';
    const command = {
      id: communicationId(kind, pin, 1),
      kind,
      channel,
      programme,
      holder,
      move: null,
      generation: 1,
      about: { kind, pin, half },
      sender: null,
      recipient: null,
    } as const;
    await askCommunication(tx, command, at);
  }
}
