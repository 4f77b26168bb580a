import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { nextBoundary } from '@recapito/capability';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import { ClosedDoors, DueWork, Health, SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { ArmedCalendars } from '../application/armed-calendars.ts';
import { MailStore } from '../dovecot/mail-store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { LiveSessions } from './live-sessions.ts';

/** How often the table is asked whether a calendar was armed elsewhere, in system milliseconds. */
const refreshMs = 1_000;

/**
 * Follows the calendars in force. At a boundary no row of any box changes: the files by which Dovecot holds open sessions
 * to the rights of the phase are replaced, well within the second of grace.
 * @rule BOUNDARY-NO-ROW
 */
@Injectable()
export class Boundaries implements OnServiceStart, OnModuleDestroy {
  readonly #loop = new BackgroundLoop(() => this.#follow(), { name: 'boundaries', everyMs: 100 });
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #calendars: ArmedCalendars;
  readonly #store: MailStore;
  readonly #sessions: LiveSessions;
  readonly #doors: ClosedDoors;
  #refreshedAt = 0;
  /** The instant at which the files have to change again; null while none ever will. */
  #next: Instant | null = null;

  constructor(
    database: Database<PrismaClient>,
    clock: SuiteClock,
    calendars: ArmedCalendars,
    store: MailStore,
    sessions: LiveSessions,
    doors: ClosedDoors,
    dueWork: DueWork,
    health: Health,
  ) {
    this.#doors = doors;
    this.#database = database;
    this.#clock = clock;
    this.#calendars = calendars;
    this.#store = store;
    this.#sessions = sessions;
    dueWork.register(() => Promise.resolve(this.#next));
    health.register('calendars', () => ({ state: 'ok', ...versionsOf(calendars) }));
  }

  /** After the first calendars are armed: before the service is ready, the files say what they should. */
  async prepare(): Promise<void> {
    await this.#calendars.refresh(this.#database.client);
    await this.#write();
  }

  onServiceStart(): void {
    this.#clock.onSet(this.#loop.wake);
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  async #follow(): Promise<void> {
    if (this.#doors.closed) return;
    if (await this.#haveChanged()) return this.#write();
    if (this.#next !== null && this.#clock.now() >= this.#next) await this.#write();
  }

  async #haveChanged(): Promise<boolean> {
    if (Date.now() < this.#refreshedAt + refreshMs) return false;
    const changed = await this.#calendars.refresh(this.#database.client);
    this.#refreshedAt = Date.now();
    return changed;
  }

  async #write(): Promise<void> {
    const at = this.#clock.now();
    let next: Instant | null = null;
    for (const { calendar } of this.#calendars.all()) {
      await this.#store.writeRights(calendar, at);
      const boundary = nextBoundary(calendar, at);
      if (boundary !== null && (next === null || boundary < next)) next = boundary;
    }
    this.#sessions.reviewSoon();
    this.#next = next;
  }
}

function versionsOf(calendars: ArmedCalendars): Record<string, string> {
  return Object.fromEntries(
    calendars.all().map(({ calendar, version, sha256 }) => [calendar.service, `${version} ${sha256.slice(0, 12)}`]),
  );
}
