import type { ServiceCalendar } from '@recapito/capability';
import { boxRegistered } from '@recapito/contracts';
import { derivedId, isRefusal, localPartOf, parseCertifiedAddress, refuse } from '@recapito/primitives';
import type { CertifiedAddress, Instant, Refusal } from '@recapito/primitives';
import type { MailStore } from '../dovecot/mail-store.ts';
import { markTold } from '../persistence/adoption.store.ts';
import { addMailbox, mailboxByAddress } from '../persistence/mailbox.store.ts';
import type { Mailbox, NewMailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { ArmedCalendars } from './armed-calendars.ts';
import type { PublishFact } from './change-boxes.ts';

export interface RegisterMailbox {
  readonly holder: string;
  readonly address: string;
  readonly service: string;
  readonly move: string;
  readonly at: Instant;
}

/**
 * Makes a box known that its service has run so far without us: it is active, and goes on as it is. One that is known
 * already is left as it stands; it is published when it was rebuilt after a restore and no fact about it is known to have been.
 * Refusals: `address/malformed`, `mailbox/of-somebody-else`.
 */
export async function registerMailbox(
  tx: Tx,
  { calendars, store }: { readonly calendars: ArmedCalendars; readonly store: MailStore },
  publish: PublishFact,
  command: RegisterMailbox,
): Promise<Pick<Mailbox, 'id'> | Refusal> {
  const { holder, service, move, at } = command;
  const address = parseCertifiedAddress(command.address);
  if (isRefusal(address)) return address;
  const known = await mailboxByAddress(tx, address);
  if (known !== undefined && known.holder !== holder) return ofSomebodyElse;
  if (known !== undefined) {
    if (known.untold) publish(boxRegistered, { box: known.id, holder, address, service, move }); // @rule MOVE-ADOPTED
    await markTold(tx, known.id);
    return known;
  }
  const mailbox: NewMailbox = {
    id: derivedId('mailbox', address),
    holder,
    address,
    service,
    state: 'active',
    partner: null,
    logInName: logInNameOf(calendars.of(service).addressRule, address),
    numbered: null,
  };
  if (!(await addMailbox(tx, mailbox, at))) return ofSomebodyElse;
  await store.prepareHome(mailbox);
  publish(boxRegistered, { box: mailbox.id, holder, address, service, move });
  return mailbox;
}

/** What may be typed at log-in instead of an address, by the rule of its service. */
export function logInNameOf(rule: ServiceCalendar['addressRule'], address: CertifiedAddress): string | null {
  return rule === 'codice-fiscale' ? localPartOf(address) : null;
}

const ofSomebodyElse = refuse('mailbox/of-somebody-else', 'MAILBOX-ONE-HOLDER', {
  it: 'La casella indicata è già registrata a nome di un altro titolare.',
  en: 'The mailbox is registered already, and another person is its holder.',
});
