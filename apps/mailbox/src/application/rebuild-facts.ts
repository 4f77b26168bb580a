import {
  addressRefused,
  addressReserved,
  boxRegistered,
  boxStateChanged,
  calendarArmed,
  directoryRecord,
  switched,
} from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import { hasTwoHistories, isNewer } from '@recapito/messaging';
import type { ForgottenFact } from '@recapito/messaging';
import type { MailStore } from '../dovecot/mail-store.ts';
import { keepFactNumber, standingsOf } from '../persistence/adoption.store.ts';
import { armedCalendar, armedCalendars } from '../persistence/calendar.store.ts';
import { lockHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { rebuildBox, rebuildRefusal, rebuildState, rebuildSwitch } from './rebuild-moves.ts';

/**
 * Rebuilds what a fact is about that mailbox has published and its database, put back to an earlier state, has forgotten;
 * after the newer states of the compacted topics were adopted. Resolves to false when the tables contradict the fact:
 * an operator decides then, and its holder's boxes are answered about "temporarily". // MAILBOX-REBUILDS
 */
export async function rebuildFact(tx: Tx, store: MailStore, fact: ForgottenFact): Promise<boolean> {
  const { topic, type } = fact;
  if (topic === directoryRecord.topic) return type !== directoryRecord.type || (await isHolderAdopted(tx, fact));
  if (topic === calendarArmed.topic) return type === calendarArmed.type && (await isCalendarAdopted(tx, fact));
  if (topic === boxRegistered.topic) return rebuildHolderFact(tx, store, fact);
  // The records that these facts are about are read again, for the positions went back with the rows.
  return topic === 'mailbox.dead-letters.v1';
}

/** A census counts what is counted again in the new epoch; only records of holders can be missing. */
async function isHolderAdopted(tx: Tx, { key, epoch, sequence }: ForgottenFact): Promise<boolean> {
  const known = (await standingsOf(tx, [key])).get(key);
  if (known === undefined || isNewer({ epoch, number: sequence }, known)) return false;
  return !(await hasTwoHistories(tx, 'mailbox.directory.v1', key));
}

async function isCalendarAdopted(tx: Tx, { key, epoch, sequence }: ForgottenFact): Promise<boolean> {
  const known = await armedCalendar(tx, key);
  return known !== undefined && !isNewer({ epoch, number: sequence }, { epoch: known.epoch, number: known.version });
}

async function rebuildHolderFact(tx: Tx, store: MailStore, fact: ForgottenFact): Promise<boolean> {
  await lockHolder(tx, fact.key);
  await keepFactNumber(tx, fact.key, fact.sequence);
  const at = fact.time;
  const armed = await armedCalendars(tx);
  const parts = {
    store,
    at,
    fact: fact.id,
    addressRules: new Map(armed.map(({ service, calendar }) => [service, calendar.addressRule])),
  };
  switch (fact.type) {
    case boxRegistered.type:
      return await withData(fact, boxRegistered, (data) => rebuildBox(tx, parts, { ...data, end: 'source' }));
    case addressReserved.type:
      return await withData(fact, addressReserved, (data) => rebuildBox(tx, parts, { ...data, end: 'target' }));
    case addressRefused.type:
      return await withData(fact, addressRefused, (data) => rebuildRefusal(tx, parts, data));
    case boxStateChanged.type:
      return await withData(fact, boxStateChanged, (data) => rebuildState(tx, parts, data));
    case switched.type:
      return await withData(fact, switched, (data) => rebuildSwitch(tx, parts, data));
    default:
      return false;
  }
}

async function withData<Data>(
  { value }: ForgottenFact,
  { data }: EventDefinition<Data>,
  rebuild: (data: Data) => Promise<boolean>,
): Promise<boolean> {
  const read = data.safeParse(JSON.parse(value));
  return read.success && (await rebuild(read.data));
}
