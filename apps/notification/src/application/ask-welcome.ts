import type { DataOf, moveCompleted } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import { communicationId } from '../domain/communication.ts';
import { noTexts } from '../domain/refusals.ts';
import type { ProgrammeTexts } from '../programme/texts.ts';
import type { Tx } from '../persistence/tx.ts';
import { askCommunication } from './ask-communication.ts';

/** A new box is there: one certified message welcomes its holder to it. */
export async function askWelcome(
  tx: Tx,
  { move, campaign, holder, from: oldAddress, to: newAddress }: DataOf<typeof moveCompleted>,
  texts: ProgrammeTexts | undefined,
  at: Instant,
): Promise<ReturnType<typeof noTexts> | undefined> {
  if (texts === undefined) return noTexts(campaign);
  const command = {
    id: communicationId('welcome', move, 1),
    kind: 'welcome',
    channel: 'pec',
    programme: campaign,
    holder,
    move,
    generation: 1,
    about: { kind: 'welcome', oldAddress, newAddress },
    sender: texts.welcome.from.address,
    recipient: newAddress,
  } as const;
  await askCommunication(tx, command, at);
  return undefined;
}
