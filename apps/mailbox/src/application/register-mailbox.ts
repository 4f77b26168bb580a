import { boxRegistered } from '@recapito/contracts';
import { derivedId, isRefusal, localPartOf, parseCertifiedAddress, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { MailStore } from '../dovecot/mail-store.ts';
import { addMailbox, mailboxByAddress } from '../persistence/mailbox.store.ts';
import type { Mailbox, NewMailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { ArmedCalendars } from './armed-calendars.ts';
import type { TellFact } from './holder-facts.ts';

export interface RegisterMailbox {
  readonly holder: string;
  readonly address: string;
  readonly service: string;
  readonly move: string;
  readonly at: Instant;
}

/**
 * Makes a box known that its service has run so far without us: it is active, and goes on as it is. One that is known
 * already is left as it stands.
 * Refusals: `address/malformed`, `mailbox/of-somebody-else`.
 */
export async function registerMailbox(
  tx: Tx,
  { calendars, store }: { readonly calendars: ArmedCalendars; readonly store: MailStore },
  tell: TellFact,
  command: RegisterMailbox,
): Promise<Mailbox | Refusal> {
  const { holder, service, move, at } = command;
  const address = parseCertifiedAddress(command.address);
  if (isRefusal(address)) return address;
  const known = await mailboxByAddress(tx, address);
  if (known !== undefined) return known.holder === holder ? known : ofSomebodyElse;
  const named = calendars.of(service).addressRule === 'codice-fiscale';
  const mailbox: NewMailbox = {
    id: derivedId('mailbox', address),
    holder,
    address,
    service,
    state: 'active',
    partner: null,
    logInName: named ? localPartOf(address) : null,
    numbered: null,
  };
  if (!(await addMailbox(tx, mailbox, at))) return ofSomebodyElse;
  await store.prepareHome(mailbox);
  tell(boxRegistered, { box: mailbox.id, holder, address, service, move });
  return mailbox;
}

const ofSomebodyElse = refuse('mailbox/of-somebody-else', 'MAILBOX-ONE-HOLDER', {
  it: 'La casella indicata è già registrata a nome di un altro titolare.',
  en: 'The mailbox is registered already, and another person is its holder.',
});
