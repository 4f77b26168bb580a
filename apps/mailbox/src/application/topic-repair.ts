import { calendarArmed, directoryCensus, directoryRecord } from '@recapito/contracts';
import { currentEpoch, isNewer, readCompacted, recordReader, TopicEnds, wentBack } from '@recapito/messaging';
import type { CompactedReader, ServiceConnection, Standing } from '@recapito/messaging';
import { Unavailable } from '@recapito/platform';
import type { Database } from '@recapito/database';
import type { DueWork, SuiteClock } from '@recapito/platform';
import { repairCalendars } from './repair-calendars.ts';
import { contentOf, repairDirectory } from './repair-directory.ts';
import type { StandingRecord } from './repair-directory.ts';
import { recountDirectory, takeCensus } from './take-census.ts';
import { isRepairDue } from '../domain/repair-due.ts';
import type { LastRepair } from '../domain/repair-due.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';

/** How much was stated again. */
export interface Repaired {
  readonly services: number;
  readonly holders: number;
}

/** How long a reader may take to the end of a topic that it has read before. */
const catchUpMs = 10_000;

/**
 * Keeps the two compacted topics that mailbox writes as its tables are, beside the traffic: after every start, every hour
 * of the system clock, in a new epoch, when a topic ends before where it ended ten seconds ago, and when an operator asks.
 * First it takes a census, by which readers that hold everything are ready at once. Then it reads the topics, states
 * again what they lack, and takes another census when that was anything.
 * @rule DIRECTORY-REPAIR
 */
export class TopicRepair {
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #dueWork: DueWork;
  readonly #connection: ServiceConnection;
  readonly #stopping = Promise.withResolvers<'stopped'>();
  readonly #ends: TopicEnds;
  #repair: Promise<Repaired | undefined> = Promise.resolve(undefined);
  /** The last whole repair: its epoch, how many forgotten facts were open, and when it was, by the clock of the process. */
  #last: LastRepair | undefined;

  constructor(database: Database<PrismaClient>, clock: SuiteClock, dueWork: DueWork, connection: ServiceConnection) {
    this.#database = database;
    this.#clock = clock;
    this.#dueWork = dueWork;
    this.#connection = connection;
    this.#ends = new TopicEnds(connection, [directoryRecord.topic, calendarArmed.topic]);
  }

  /**
   * Repairs after what is being repaired now. @returns undefined when the service stops before the topics were read.
   * @throws Unavailable while the database waits for a decision after it went back.
   */
  repair(): Promise<Repaired | undefined> {
    this.#repair = this.#repair.then(
      () => this.#whole(),
      () => this.#whole(),
    );
    return this.#repair;
  }

  /** Gives up what is being read; nobody asks for a repair any more. */
  giveUp(): void {
    this.#stopping.resolve('stopped');
  }

  /** Waits until nothing is repaired any more, and closes the connections. */
  async close(): Promise<void> {
    await this.#repair.catch(() => undefined);
    await this.#ends.close();
  }

  /** Repairs when it is time, or when a topic or the epoch has changed since the last look. */
  async repairWhenDue(): Promise<void> {
    // At a start nothing is asked first: whoever asks for a repair then comes after it.
    if (this.#last === undefined) await this.repair();
    const madeAgain = (await this.#ends.look()).length > 0;
    if (madeAgain) this.#last = undefined;
    if (await this.#isDue(madeAgain)) await this.repair();
  }

  async #isDue(madeAgain: boolean): Promise<boolean> {
    const { client } = this.#database;
    const { forgotten } = await wentBack(client);
    return isRepairDue(this.#last, {
      epoch: await currentEpoch(client),
      forgotten,
      atMs: performance.now(),
      madeAgain,
    });
  }

  async #whole(): Promise<Repaired | undefined> {
    const { since, forgotten } = await wentBack(this.#database.client);
    if (since !== null)
      throw new Unavailable('mailbox', 'the database went back to an earlier state and waits for a decision');
    const last = { epoch: await currentEpoch(this.#database.client), forgotten, atMs: performance.now() };
    await this.#takeCensus();
    const repaired = await this.#compare();
    if (repaired === undefined) return undefined;
    if (repaired.holders > 0) await this.#takeCensus();
    this.#last = last;
    return repaired;
  }

  async #takeCensus(): Promise<void> {
    const at = this.#clock.now();
    await this.#dueWork.during(async () => {
      await recountDirectory(this.#database);
      await this.#database.transaction((tx) => takeCensus(tx, at));
    });
  }

  async #compare(): Promise<Repaired | undefined> {
    const calendars = new Map<string, Standing>();
    const directory = new Map<string, StandingRecord>();
    const readers = [
      readCompacted(calendarArmed, {
        ...this.#connection,
        onRecord: ({ key, epoch, sequence }) => {
          const record = { epoch, number: sequence };
          if (isNewer(record, calendars.get(key) ?? { epoch: 0, number: 0 })) calendars.set(key, record);
        },
      }),
      readCompacted(directoryRecord, {
        ...this.#connection,
        also: [recordReader(directoryCensus, () => undefined)],
        onRecord: ({ key, epoch, sequence, data }) => {
          const known = directory.get(key);
          if (known && isNewer({ epoch: known.epoch, number: known.sequence }, { epoch, number: sequence })) return;
          directory.set(key, { epoch, sequence, content: contentOf(data) });
        },
      }),
    ];
    try {
      if (!(await this.#readToTheirEnds(readers))) return undefined;
      const catchUp = () => Promise.all(readers.map((reader) => reader.caughtUp(catchUpMs))).then(() => undefined);
      return await this.#dueWork.during(() => this.#restate(calendars, directory, catchUp));
    } finally {
      await Promise.all(readers.map((reader) => reader.stop()));
    }
  }

  async #readToTheirEnds(readers: readonly CompactedReader[]): Promise<boolean> {
    const read = Promise.all(readers.map((reader) => reader.whenReady)).then(() => 'read' as const);
    return (await Promise.race([read, this.#stopping.promise])) === 'read';
  }

  async #restate(
    calendars: ReadonlyMap<string, Standing>,
    directory: ReadonlyMap<string, StandingRecord>,
    catchUp: () => Promise<void>,
  ): Promise<Repaired> {
    const at = this.#clock.now();
    const services = await repairCalendars(this.#database, calendars, at, catchUp);
    const holders = await repairDirectory(this.#database, directory, at, catchUp);
    if (services + holders > 0)
      this.#connection.logger.warn(
        { event: 'topics-repaired', services, holders },
        'records were missing from compacted topics and were published again',
      );
    return { services, holders };
  }
}
