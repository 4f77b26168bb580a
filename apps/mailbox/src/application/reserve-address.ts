import { decide } from '@recapito/capability';
import { addressReserved } from '@recapito/contracts';
import { certifiedAddress, derivedId, homonym, isRefusal, localPart, localPartOf } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { heldState } from '../domain/holding.ts';
import { raiseDirectoryNumber, markTold } from '../persistence/adoption.store.ts';
import { addMailbox, mailboxesOf, nextHomonym } from '../persistence/mailbox.store.ts';
import type { Mailbox, NewMailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { ArmedCalendars } from './armed-calendars.ts';
import type { PublishFact } from './change-boxes.ts';

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
 * Homonyms meet in one key of the topic, so their numbers follow the order of the cohort's rows.
 * The new box has no home yet and nothing else is touched.
 * Refusals: those of the service's calendar and `mailbox/already-held` (one box for each holder), `name/not-addressable`.
 * @rule ADDRESS-HOMONYM INPS-UNTOUCHED
 */
export async function reserveAddress(
  tx: Tx,
  calendars: ArmedCalendars,
  publish: PublishFact,
  command: ReserveAddress,
): Promise<Pick<Mailbox, 'id'> | Refusal> {
  const { holder, service, domain, move, at } = command;
  const { calendar } = calendars.of(service);
  const held = await mailboxesOf(tx, holder);
  const untold = held.find((box) => box.service === service && box.untold);
  if (untold !== undefined) {
    // It was reserved before a restore, and no fact about it is known to have been published. @rule MOVE-ADOPTED
    publish(addressReserved, { box: untold.id, holder, address: untold.address, service, move });
    await renumber(tx, untold, command);
    return untold;
  }
  const may = decide({ calendar, mailboxState: heldState(held, service), verb: 'request', at });
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
    publish(addressReserved, { box: mailbox.id, holder, address, service, move });
    return mailbox;
  }
}

/**
 * Gives a box that was made again after a restore its number among those of its name: the directory does not hold it, the
 * person's name does.
 */
export async function renumber(
  tx: Tx,
  { id, address }: Pick<Mailbox, 'id' | 'address'>,
  { nome, cognome, domain }: Pick<ReserveAddress, 'nome' | 'cognome' | 'domain'>,
): Promise<void> {
  await markTold(tx, id);
  const base = localPart(nome, cognome);
  if (isRefusal(base)) return;
  const local = localPartOf(address);
  const number = local === base ? 1 : Number(local.slice(base.length));
  if (local.startsWith(base) && Number.isInteger(number))
    await raiseDirectoryNumber(tx, id, certifiedAddress(`${base}@${domain}`), number);
}
