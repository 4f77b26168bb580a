import { derivedId } from '@recapito/primitives';
import type { CertifiedAddress, Instant } from '@recapito/primitives';
import { ownBoxes } from '../domain/own-boxes.ts';
import type { MailStore } from '../dovecot/mail-store.ts';
import { addMailbox } from '../persistence/mailbox.store.ts';
import type { NewMailbox } from '../persistence/mailbox.store.ts';
import { lockHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { publishDirectoryAgain } from './change-boxes.ts';

/**
 * Makes the boxes of the programme's providers known: each is its own holder in the directory, and nobody else can be
 * given its address. @returns how many are new.
 */
export async function registerOwnBoxes(
  tx: Tx,
  store: MailStore,
  addresses: readonly CertifiedAddress[],
  at: Instant,
): Promise<number> {
  let added = 0;
  for (const address of addresses) {
    const id = derivedId('mailbox', address);
    const mailbox: NewMailbox = {
      id,
      holder: id,
      address,
      service: ownBoxes,
      state: 'active',
      partner: null,
      logInName: null,
      numbered: null,
    };
    await lockHolder(tx, id);
    await store.prepareHome(mailbox);
    if (!(await addMailbox(tx, mailbox, at))) continue;
    await publishDirectoryAgain(tx, id, at);
    added += 1;
  }
  return added;
}
