import {
  actAsked,
  addressRefused,
  addressReserved,
  boxRegistered,
  boxStateChanged,
  calendarArmed,
  directoryCensus,
  directoryRecord,
  switched,
} from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import { ForgottenRules, hasTwoHistories, isNewer, nothingKept, repeated } from '@recapito/messaging';
import type { ForgottenFact } from '@recapito/messaging';
import type { MailStore } from '../dovecot/mail-store.ts';
import { raiseFactNumber, standingsOf } from '../persistence/adoption.store.ts';
import { armedCalendar, armedCalendars } from '../persistence/calendar.store.ts';
import { lockHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { rebuildBox, rebuildRefusal, rebuildState, rebuildSwitch } from './rebuild-moves.ts';
import type { RebuildParts } from './rebuild-moves.ts';

/**
 * What becomes of each fact that mailbox has published and its database, put back to an earlier state, has forgotten; after
 * the newer states of the compacted topics were adopted. Where the tables contradict a fact, an operator decides, and its
 * holder's boxes are answered about "temporarily".
 * @rule MAILBOX-REBUILDS
 */
export function mailboxForgotten(store: MailStore): ForgottenRules<Tx> {
  const ofHolder = <Data>(
    event: EventDefinition<Data>,
    rebuild: (tx: Tx, parts: RebuildParts, data: Data) => Promise<boolean>,
  ) => repeated<Tx, Data>(event, async (tx, data, fact) => rebuild(tx, await partsFor(tx, store, fact), data));
  return new ForgottenRules('mailbox', [
    ofHolder(boxRegistered, (tx, parts, data) => rebuildBox(tx, parts, { ...data, end: 'source' })),
    ofHolder(addressReserved, (tx, parts, data) => rebuildBox(tx, parts, { ...data, end: 'target' })),
    ofHolder(addressRefused, rebuildRefusal),
    ofHolder(boxStateChanged, rebuildState),
    ofHolder(switched, rebuildSwitch),
    repeated<Tx, unknown>(directoryRecord, (tx, _data, fact) => isHolderAdopted(tx, fact)),
    // A census counts what is counted again in the new epoch.
    nothingKept(directoryCensus),
    repeated<Tx, unknown>(calendarArmed, (tx, _data, fact) => isCalendarAdopted(tx, fact)),
    // A calendar that was put in force is adopted from its topic; one that waits for a second person is asked for again.
    repeated(actAsked('mailbox.readings.v1'), (_tx, { act }) => Promise.resolve(act === 'arm-calendar')),
  ]);
}

async function isHolderAdopted(tx: Tx, { key, epoch, sequence }: ForgottenFact): Promise<boolean> {
  const known = (await standingsOf(tx, [key])).get(key);
  if (known === undefined || isNewer({ epoch, number: sequence }, known)) return false;
  return !(await hasTwoHistories(tx, 'mailbox.directory.v1', key));
}

async function isCalendarAdopted(tx: Tx, { key, epoch, sequence }: ForgottenFact): Promise<boolean> {
  const known = await armedCalendar(tx, key);
  return known !== undefined && !isNewer({ epoch, number: sequence }, { epoch: known.epoch, number: known.version });
}

/** What each rule of a holder's fact needs, with the holder locked and the fact's number taken over. */
async function partsFor(
  tx: Tx,
  store: MailStore,
  { id, key, sequence, time: at }: ForgottenFact,
): Promise<RebuildParts> {
  await lockHolder(tx, key);
  await raiseFactNumber(tx, key, sequence);
  const armed = await armedCalendars(tx);
  const addressRules = new Map(armed.map(({ service, calendar }) => [service, calendar.addressRule]));
  return { store, at, fact: id, addressRules };
}
