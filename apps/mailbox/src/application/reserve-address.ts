import { decide } from '@recapito/capability';
import { addressReserved } from '@recapito/contracts';
import { certifiedAddress, derivedId, homonym, isRefusal, localPart } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { heldState } from '../domain/holding.ts';
import { addMailbox, mailboxesOf, nextHomonym } from '../persistence/mailbox.store.ts';
import type { NewMailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { ArmedCalendars } from './armed-calendars.ts';
import type { TellFact } from './holder-facts.ts';

export interface ReserveAddress {
  readonly holder: string;
  readonly nome: string;
  readonly cognome: string;
  readonly service: string;
  readonly domain: string;
  readonly move: string;
  readonly at: Instant;
}

/**
 * Keeps `nome.cognome@domain` for a holder, with the next free number when somebody of that name came before.
 * Homonyms meet in one key of the topic, so their numbers follow the order of the cohort's rows. // ADDRESS-HOMONYM
 * The new box has no home yet and nothing else is touched. // INPS-UNTOUCHED
 * Refusals: those of the service's calendar and `mailbox/already-held` (one box for each holder), `name/not-addressable`.
 */
export async function reserveAddress(
  tx: Tx,
  calendars: ArmedCalendars,
  tell: TellFact,
  command: ReserveAddress,
): Promise<NewMailbox | Refusal> {
  const { holder, service, domain, move, at } = command;
  const { calendar } = calendars.of(service);
  const mailboxState = heldState(await mailboxesOf(tx, holder), service);
  const may = decide({ calendar, mailboxState, verb: 'request', at });
  if (isRefusal(may)) return may;
  const base = localPart(command.nome, command.cognome);
  if (isRefusal(base)) return base;
  const baseAddress = certifiedAddress(`${base}@${domain}`);
  for (let nth = await nextHomonym(tx, baseAddress); ; nth += 1) {
    const local = homonym(base, nth);
    if (isRefusal(local)) return local;
    const address = certifiedAddress(`${local}@${domain}`);
    const mailbox: NewMailbox = {
      id: derivedId('mailbox', address),
      holder,
      address,
      service,
      state: 'reserved',
      partner: null,
      logInName: null,
      numbered: { base: baseAddress, homonym: nth },
    };
    // Somebody whose name ends in a figure may have this very address: then the next number is tried.
    if (!(await addMailbox(tx, mailbox, at))) continue;
    tell(addressReserved, { box: mailbox.id, holder, address, service, move });
    return mailbox;
  }
}
