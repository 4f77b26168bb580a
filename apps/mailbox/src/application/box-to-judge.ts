import type { Refusal } from '@recapito/primitives';
import { ownBoxes } from '../domain/own-boxes.ts';
import { mailboxByAddress } from '../persistence/mailbox.store.ts';
import type { Mailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { ensureDecided } from './ensure-decided.ts';
import { unknownMailbox } from './unknown-mailbox.ts';

/**
 * A box whose rights a calendar decides. Refusal: `mailbox/unknown`, also for the boxes of providers and bodies, which
 * follow no calendar.
 * @throws Unavailable when it is not known, after a restore, how the holder's boxes stand.
 */
export async function boxToJudge(reads: Tx, address: string): Promise<Mailbox | Refusal<'mailbox/unknown'>> {
  const mailbox = await mailboxByAddress(reads, address);
  if (mailbox === undefined || mailbox.service === ownBoxes) return unknownMailbox;
  await ensureDecided(reads, mailbox.holder);
  return mailbox;
}
