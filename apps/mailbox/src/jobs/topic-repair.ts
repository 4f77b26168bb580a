import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { calendarArmed, directoryRecord } from '@recapito/contracts';
import { isNewer, readCompacted } from '@recapito/messaging';
import type { CompactedReader, ServiceConnection } from '@recapito/messaging';
import { Database, DueWork, SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { repairCalendars } from '../application/repair-calendars.ts';
import { contentOf, repairDirectory } from '../application/repair-directory.ts';
import type { StandingRecord } from '../application/repair-directory.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';

/** How much was stated again. */
export interface Repaired {
  readonly services: number;
  readonly holders: number;
}

const hourMs = 3_600_000;

/**
 * After every start, every hour of the system clock, and when an operator asks, beside the traffic: reads the two compacted
 * topics that mailbox writes and states again what they lack. Waits for the broker as long as it takes. // DIRECTORY-REPAIR
 */
@Injectable()
export class TopicRepair implements OnServiceStart, OnModuleDestroy {
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #dueWork: DueWork;
  readonly #connection: ServiceConnection;
  readonly #stopping = Promise.withResolvers<'stopped'>();
  #repair: Promise<Repaired | undefined> = Promise.resolve(undefined);
  #hourly: NodeJS.Timeout | undefined;

  constructor(database: Database<PrismaClient>, clock: SuiteClock, dueWork: DueWork, connection: ServiceConnection) {
    this.#database = database;
    this.#clock = clock;
    this.#dueWork = dueWork;
    this.#connection = connection;
  }

  onServiceStart(): void {
    const inBackground = () => {
      this.repair().catch((error: unknown) =>
        this.#connection.logger.error({ err: error }, 'the topics could not be compared with the tables'),
      );
    };
    inBackground();
    this.#hourly = setInterval(inBackground, hourMs);
  }

  /** Repairs after what is being repaired now. @returns undefined when the service stops before the topics were read */
  repair(): Promise<Repaired | undefined> {
    this.#repair = this.#repair.then(
      () => this.#whole(),
      () => this.#whole(),
    );
    return this.#repair;
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#hourly);
    this.#stopping.resolve('stopped');
    await this.#repair.catch(() => undefined);
  }

  async #whole(): Promise<Repaired | undefined> {
    const calendars = new Map<string, number>();
    const directory = new Map<string, StandingRecord>();
    const readers = [
      readCompacted(calendarArmed, {
        ...this.#connection,
        onRecord: ({ key, sequence }) => void calendars.set(key, Math.max(sequence, calendars.get(key) ?? 0)),
      }),
      readCompacted(directoryRecord, {
        ...this.#connection,
        onRecord: ({ key, epoch, sequence, data }) => {
          const known = directory.get(key);
          if (known && isNewer({ epoch: known.epoch, number: known.sequence }, { epoch, number: sequence })) return;
          directory.set(key, { epoch, sequence, content: contentOf(data.boxes) });
        },
      }),
    ];
    try {
      if (!(await this.#readToTheirEnds(readers))) return undefined;
      return await this.#dueWork.during(() => this.#restate(calendars, directory));
    } finally {
      await Promise.all(readers.map((reader) => reader.stop()));
    }
  }

  async #readToTheirEnds(readers: readonly CompactedReader[]): Promise<boolean> {
    const read = Promise.all(readers.map((reader) => reader.whenReady)).then(() => 'read' as const);
    return (await Promise.race([read, this.#stopping.promise])) === 'read';
  }

  async #restate(
    calendars: ReadonlyMap<string, number>,
    directory: ReadonlyMap<string, StandingRecord>,
  ): Promise<Repaired> {
    const at = this.#clock.now();
    const services = await repairCalendars(this.#database, calendars, at);
    const holders = await repairDirectory(this.#database, directory, at);
    if (services + holders > 0)
      this.#connection.logger.warn(
        { services, holders },
        'the topics lacked what was stated; it has been stated again',
      );
    return { services, holders };
  }
}
