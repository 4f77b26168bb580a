import { accessLevel } from '../domain/access-rights.ts';
import { ownBoxes } from '../domain/own-boxes.ts';
import type { Doveadm } from '../dovecot/doveadm.ts';
import { mailboxesAmong } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { Instant } from '@recapito/primitives';
import type { ArmedCalendars } from './armed-calendars.ts';

/**
 * Ends the open sessions of boxes that may no longer be read. The files of rights have stopped them from changing
 * anything; what a client had open it could still look at.
 * @returns how many boxes were concerned. @throws Error when Dovecot does not answer.
 * @rule SESSIONS-ENDED
 */
export async function endSessions(
  reads: Tx,
  { calendars, doveadm }: { readonly calendars: ArmedCalendars; readonly doveadm: Doveadm },
  at: Instant,
): Promise<number> {
  const live = [...new Set((await doveadm.liveSessions()).map(({ address }) => address))];
  if (live.length === 0) return 0;
  const known = new Map((await mailboxesAmong(reads, live)).map((mailbox) => [String(mailbox.address), mailbox]));
  const over = live.filter((address) => {
    const mailbox = known.get(address);
    if (mailbox === undefined) return true;
    if (mailbox.service === ownBoxes) return false;
    return accessLevel(calendars.of(mailbox.service).calendar, mailbox.state, at) === 'none';
  });
  await doveadm.kick(over);
  return over.length;
}
