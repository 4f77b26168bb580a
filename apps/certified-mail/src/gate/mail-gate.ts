import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { compileCalendar, serviceCalendar } from '@recapito/capability';
import type { CompiledCalendar, ServiceCalendar } from '@recapito/capability';
import { calendarArmed } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { isNewer, readCompacted } from '@recapito/messaging';
import type { CompactedReader, ServiceConnection } from '@recapito/messaging';
import { Health, Unavailable } from '@recapito/platform';
import type { Finding, OnServiceStart } from '@recapito/platform';
import type { KnownBox } from '../domain/box.ts';
import { derivedId } from '@recapito/primitives';
import { Installation } from '../programme/installation.ts';
import type { ClockGuard } from '../time/clock-guard.ts';
import type { TableEntry } from './box-table.ts';
import { FollowedDirectory } from './followed-directory.ts';
import type { MostBoxes } from './most-boxes.ts';

/** What a log-in opens: a box named by a codice fiscale, one named by the person, or that of a public body. */
export type LogInKind = ServiceCalendar['addressRule'] | 'body';

/** What stands in the place of a service for the boxes of public bodies, as mailbox names it. */
const bodyBoxes = 'provider';

/** A reader that the broker has not answered for so long may have missed a change: no guess is made from it. */
const halfAMinute = 30_000;

/** How long a question may wait for the directory to be read to its end. */
const catchUpMs = 2_000;

/** How long a start waits for a directory that is whole; without one the service starts, and answers nobody for now. */
const firstLookMs = 10_000;

/** Patience, in milliseconds. */
export interface GatePatience {
  /** How old the directory may be. */
  readonly staleMs?: number;
  readonly firstLookMs?: number;
}

interface ArmedCalendar {
  readonly calendar: CompiledCalendar;
  readonly addressRule: ServiceCalendar['addressRule'];
  readonly epoch: number;
  readonly version: number;
}

/** What the gate needs of the service. */
export interface GateParts {
  readonly health: Health;
  readonly clockGuard: Pick<ClockGuard, 'ensureReliable'>;
  readonly mostBoxes: MostBoxes;
}

/** By what a use case judges mail: who answers for an address, and what a box may do. */
export interface MailRules {
  readonly installation: Installation;
  readonly gate: MailGate;
}

/**
 * What certified-mail knows of boxes: the directory and the armed calendars, each followed whole from its compacted
 * topic before the service is ready. The only projection of mailbox's data.
 * @rule GATE-STALE
 */
@Injectable()
export class MailGate implements OnServiceStart, OnModuleDestroy {
  readonly #calendars = new Map<string, ArmedCalendar>();
  readonly #installation: Installation;
  readonly #connection: ServiceConnection;
  readonly #clockGuard: GateParts['clockGuard'];
  readonly #directory: FollowedDirectory;
  readonly #patience: Required<GatePatience>;
  #readers: CompactedReader[] = [];

  constructor(
    installation: Installation,
    connection: ServiceConnection,
    { health, clockGuard, mostBoxes }: GateParts,
    patience: GatePatience = {},
  ) {
    this.#installation = installation;
    this.#connection = connection;
    this.#clockGuard = clockGuard;
    this.#directory = new FollowedDirectory(connection, mostBoxes);
    this.#patience = { staleMs: halfAMinute, firstLookMs, ...patience };
    health.register('mail-gate', () => this.check());
  }

  async onServiceStart(): Promise<void> {
    this.#readers = [
      await this.#directory.read(),
      readCompacted(calendarArmed, {
        ...this.#connection,
        onRecord: ({ data, epoch }) => this.#arm(data, epoch),
      }),
    ];
    await Promise.all(this.#readers.map((reader) => reader.whenReady));
    await this.#directory.whenWhole(this.#patience.firstLookMs);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.stop()));
    await this.#directory.stop();
  }

  /**
   * Makes sure of the time, by which everything that comes in is dated, and of the addresses that are not known as active
   * boxes, before anybody is told no: the directory is read as far as it goes now. A message that follows from a change
   * of boxes may come before the change.
   * @throws Unavailable when the clock cannot be relied on, or the directory not be read so far, for now.
   * @rule GATE-SURE-OF-NO
   */
  async ensureCurrent(addresses: readonly string[]): Promise<void> {
    this.#clockGuard.ensureReliable();
    const doubtful = addresses.some(
      (address) =>
        this.#installation.ownBox(address) === undefined && this.#directory.boxes.get(address)?.state !== 'active',
    );
    if (!doubtful) return;
    try {
      await this.#directory.catchUp(catchUpMs);
    } catch (error) {
      throw new Unavailable('mailbox', 'the directory cannot be read to its end', error);
    }
  }

  /**
   * The box behind an address; undefined when there is none.
   * @throws Unavailable when the directory is not whole or has not been heard of for 30 seconds, or the calendar that is in
   * force for the box is not known.
   */
  box(address: string): KnownBox | undefined {
    const own = this.#installation.ownBox(address);
    if (own !== undefined) return own;
    const entry = this.#listed(address);
    if (entry === undefined) return undefined;
    const armed = this.#calendars.get(entry.service);
    if (armed === undefined || armed.version < this.#directory.calendarVersion(entry.service))
      throw new Unavailable('mailbox', `the calendar in force of ${entry.service} is not known`);
    return { kind: 'holder', state: entry.state, calendar: armed.calendar };
  }

  /** Whose box it is: the holder's id; undefined for boxes of the provider and for addresses that nobody has. */
  holderOf(address: string): string | undefined {
    return this.#directory.boxes.holderOf(address);
  }

  /**
   * True when the box belongs to that holder and to the service whose credential was shown: a credential of one service
   * opens no box of another, though both name their boxes by the same rule. A public body opens its own box.
   * @throws Unavailable when the directory is not whole or has not been heard of for 30 seconds.
   * @rule SESSION-SERVICE
   */
  opens(address: string, holder: string, service: string): boolean {
    if (service === bodyBoxes) return this.#isBody(address) && holder === derivedId('mailbox', address);
    return this.#listed(address)?.service === service && this.#directory.boxes.belongsTo(address, holder);
  }

  /**
   * What a name typed at a log-in means: the service whose box is meant and the name as identity knows it. A box that is
   * named by a codice fiscale is opened by that codice fiscale; a name that nobody has is asked about like any other.
   * @throws Unavailable while no service that names boxes so is armed.
   */
  logInName(typed: string): { address: string; service: string; opens: LogInKind } {
    const name = typed.trim().toLowerCase();
    if (this.#isBody(name)) return { address: name, service: bodyBoxes, opens: 'body' };
    // A box of a provider has no log-in: it is asked about like a name that nobody has. @rule ACCESS-SAME-WORDS
    const known = this.#directory.boxes.get(name)?.service;
    const meant =
      known !== undefined && known !== bodyBoxes
        ? known
        : this.#serviceNaming(name.includes('@') ? 'nome.cognome' : 'codice-fiscale');
    const armed = meant === undefined ? undefined : this.#calendars.get(meant);
    if (meant === undefined || armed === undefined) throw new Unavailable('mailbox', 'no calendar is armed yet');
    const opens = armed.addressRule;
    return { address: opens === 'codice-fiscale' ? (name.split('@')[0] ?? name) : name, service: meant, opens };
  }

  /** How old the directory is and which calendars are in force, for `/health/ready`. */
  check(): Finding {
    const ageMs = this.#age();
    const versions = [...this.#calendars].map(([service, { version }]) => [`calendar:${service}`, version]);
    return {
      state: ageMs > this.#patience.staleMs ? 'degraded' : 'ok',
      ageMs,
      ...this.#directory.shown(),
      ...Object.fromEntries(versions),
    };
  }

  /** The figures of `/metrics`. `closed`: 1 while no question about a box is answered. */
  figures() {
    return { closed: this.check().state === 'ok' ? 0 : 1, ...this.#directory.figures() };
  }

  /** What a directory that is whole and fresh says of an address; undefined when it does not have it. @throws Unavailable */
  #listed(address: string): TableEntry | undefined {
    const doubt = this.#directory.doubt();
    if (doubt !== undefined) throw new Unavailable('mailbox', doubt);
    if (this.#age() > this.#patience.staleMs)
      throw new Unavailable('mailbox', 'the directory has not been heard of for too long');
    const entry = this.#directory.boxes.get(address);
    if (entry?.undecided === true)
      throw new Unavailable('mailbox', 'after a restore an operator of mailbox has to decide how this box stands'); // @rule DIRECTORY-UNDECIDED
    return entry;
  }

  /**
   * Takes a calendar, unless a newer one of its service is in force: the epoch counts first.
   * @rule EPOCH-NEWEST
   */
  #arm({ service, version, calendar }: DataOf<typeof calendarArmed>, epoch: number): void {
    const known = this.#calendars.get(service);
    if (known !== undefined && !isNewer({ epoch, number: version }, { epoch: known.epoch, number: known.version }))
      return;
    const read = serviceCalendar.parse(calendar);
    this.#calendars.set(service, { calendar: compileCalendar(read), addressRule: read.addressRule, epoch, version });
  }

  #isBody(address: string): boolean {
    return this.#installation.ownBox(address)?.use === 'body';
  }

  #serviceNaming(rule: ServiceCalendar['addressRule']): string | undefined {
    return [...this.#calendars].find(([, { addressRule }]) => addressRule === rule)?.[0];
  }

  /** Infinity until both topics have been read to their ends, and while the directory is not whole. */
  #age(): number {
    const whole = this.#readers.length > 0 && this.#readers.every((reader) => reader.ready());
    if (!whole || this.#directory.doubt() !== undefined) return Number.POSITIVE_INFINITY;
    return Math.max(...this.#readers.map((reader) => reader.age()));
  }
}
