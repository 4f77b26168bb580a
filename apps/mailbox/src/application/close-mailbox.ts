import { boxStateChanged } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { MailStore } from '../dovecot/mail-store.ts';
import { hasHome, nextState } from '../domain/mailbox.ts';
import { ownBoxes } from '../domain/own-boxes.ts';
import { mailboxByAddress, mailboxById, setState } from '../persistence/mailbox.store.ts';
import type { Mailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { changeBoxes } from './change-boxes.ts';
import { ensureDecided } from './ensure-decided.ts';
import { unknownMailbox } from './unknown-mailbox.ts';

export interface CloseMailbox {
  readonly address: string;
  /** Who closes it, as the trace shall name them. */
  readonly by: string;
  readonly at: Instant;
}

/**
 * Closes one box by an operator's act (the death of its holder, say). What ends with a service closes by the calendar
 * and by nobody's act.
 * Refusals: `mailbox/unknown`, `mailbox/not-in-that-state`.
 * @throws Unavailable when it is not known, after a restore, how the holder's boxes stand.
 */
export async function closeMailbox(
  tx: Tx,
  store: MailStore,
  { address, by, at }: CloseMailbox,
): Promise<Mailbox | Refusal<'mailbox/unknown' | 'mailbox/not-in-that-state'>> {
  const found = await mailboxByAddress(tx, address);
  if (found === undefined || found.service === ownBoxes) return unknownMailbox;
  await ensureDecided(tx, found.holder);
  return changeBoxes(tx, found.holder, at, async (publish) => {
    const mailbox = await mailboxById(tx, found.id);
    const state = nextState(mailbox.state, 'close');
    if (isRefusal(state)) return state;
    await setState(tx, mailbox.id, state, at);
    const { id: box, holder, service } = mailbox;
    publish(boxStateChanged, { box, holder, address: mailbox.address, service, from: mailbox.state, to: state, by });
    if (hasHome(mailbox.state)) await store.pointRights({ ...mailbox, state });
    return { ...mailbox, state };
  });
}
