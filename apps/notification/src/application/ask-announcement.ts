import type { announcementAsked, DataOf } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import { communicationId } from '../domain/communication.ts';
import { noTexts } from '../domain/refusals.ts';
import type { ProgrammeTexts } from '../programme/texts.ts';
import type { Tx } from '../persistence/tx.ts';
import { askCommunication } from './ask-communication.ts';

/** A move may be announced: one certified message to the old box for each generation of its first-access password. */
export async function askAnnouncement(
  tx: Tx,
  asked: DataOf<typeof announcementAsked>,
  texts: ProgrammeTexts | undefined,
  at: Instant,
): Promise<ReturnType<typeof noTexts> | undefined> {
  const { move, campaign, holder, generation, enrolment, userId, until, from: oldAddress } = asked;
  if (texts === undefined) return noTexts(campaign);
  const command = {
    id: communicationId('announcement', move, generation),
    kind: 'announcement',
    channel: 'pec',
    programme: campaign,
    holder,
    move,
    generation,
    about: { kind: 'announcement', enrolment, oldAddress, userId, until },
    sender: texts.announcement.from.address,
    recipient: oldAddress,
  } as const;
  await askCommunication(tx, command, at);
  return undefined;
}
