import { calendarArmed, directoryRecord } from '@recapito/contracts';
import type { EventDefinition, Fact } from '@recapito/contracts';
import { decodeFact, isNewer, keepForgotten, readOwnStates } from '@recapito/messaging';
import type { ReadFact, ServiceConnection } from '@recapito/messaging';
import type { Database } from '@recapito/database';
import type { MailStore } from '../dovecot/mail-store.ts';
import { contest, standingsOf } from '../persistence/adoption.store.ts';
import { armedCalendars } from '../persistence/calendar.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { adoptCalendar } from './adopt-calendar.ts';
import { adoptHolder } from './adopt-holder.ts';
import type { AdoptParts } from './adopt-holder.ts';

/** Holders that are adopted in one transaction. */
const holdersAtOnce = 100;

/** Tells calendars and holders apart from those that were adopted. */
interface Adopted {
  calendars: number;
  holders: number;
  contradictions: number;
}

/** A record that was read, with its data. */
interface ReadState<Data> {
  readonly fact: Fact<Data>;
  readonly read: ReadFact;
}

/**
 * Reads the compacted topics of mailbox and takes over whatever is newer than the tables, which were put back to an
 * earlier state: calendars first, for they say how boxes are named. It may be interrupted and repeated. A record that
 * contradicts the tables changes nothing; it is kept as a forgotten fact.
 * @rule DIRECTORY-ADOPTED
 */
export async function adoptOwnTopics(
  database: Database<PrismaClient>,
  connection: ServiceConnection,
  store: MailStore,
): Promise<void> {
  const adopted: Adopted = { calendars: 0, holders: 0, contradictions: 0 };
  await readOwnStates(connection, calendarArmed.topic, async (facts) => {
    for (const { fact } of statesIn(facts, calendarArmed, connection)) {
      const { epoch, sequence: number, time: at, data } = fact;
      if (await database.transaction((tx) => adoptCalendar(tx, { data, at, epoch, number }))) adopted.calendars += 1;
    }
  });
  const armed = await armedCalendars(database.client);
  const addressRules = new Map(armed.map(({ service, calendar }) => [service, calendar.addressRule]));
  await readOwnStates(connection, directoryRecord.topic, async (facts) => {
    const states = statesIn(facts, directoryRecord, connection);
    await adoptHolders(database, { store, addressRules }, states, adopted);
  });
  connection.logger.warn(
    { event: 'restore-adopted', ...adopted },
    'after a restore, newer states were adopted from our own topics',
  );
}

async function adoptHolders(
  database: Database<PrismaClient>,
  parts: AdoptParts,
  states: readonly ReadState<ReturnType<typeof directoryRecord.data.parse>>[],
  adopted: Adopted,
): Promise<void> {
  const keys = states.map(({ fact }) => fact.key);
  const standings = await standingsOf(database.client, keys);
  const newer = states.filter(({ fact: { key, epoch, sequence } }) => {
    const known = standings.get(key);
    return known === undefined || isNewer({ epoch, number: sequence }, known);
  });
  for (let from = 0; from < newer.length; from += holdersAtOnce)
    await database.transaction(async (tx) => {
      for (const { fact, read } of newer.slice(from, from + holdersAtOnce)) {
        const { epoch, sequence: number, time: at, data } = fact;
        const outcome = await adoptHolder(tx, parts, { data, at, epoch, number });
        if (outcome === 'adopted') adopted.holders += 1;
        if (outcome !== 'contradicts') continue;
        await keepForgotten(tx, [read]);
        await contest(
          tx,
          fact.id,
          data.boxes.map(({ address }) => address),
        );
        adopted.contradictions += 1;
      }
    });
}

/** The newest state of each key among these records, as far as they are of that kind and can be read. */
function statesIn<Data>(
  facts: readonly ReadFact[],
  definition: EventDefinition<Data>,
  { logger }: ServiceConnection,
): ReadState<Data>[] {
  const newest = new Map<string, ReadState<Data>>();
  for (const read of facts) {
    if (read.envelope.type !== definition.type) continue;
    try {
      const fact = decodeFact(definition, read.envelope, read.record);
      const known = newest.get(fact.key)?.fact;
      const [one, other] = [fact, known].map((each) => each && { epoch: each.epoch, number: each.sequence });
      if (one !== undefined && (other === undefined || isNewer(one, other))) newest.set(fact.key, { fact, read });
    } catch (error) {
      const { topic, partition, offset } = read.record;
      logger.error(
        { event: 'restore-record-unreadable', topic, partition, offset, err: error },
        'after a restore, a record of our own topic cannot be read',
      );
    }
  }
  return [...newest.values()];
}
