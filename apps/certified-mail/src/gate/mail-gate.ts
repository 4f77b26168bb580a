import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { compileCalendar, serviceCalendar } from '@recapito/capability';
import type { CompiledCalendar, ServiceCalendar } from '@recapito/capability';
import { calendarArmed, directoryRecord } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { isNewer, readCompacted } from '@recapito/messaging';
import type { CompactedReader, ServiceConnection } from '@recapito/messaging';
import { Health, Unavailable } from '@recapito/platform';
import type { Finding, OnServiceStart } from '@recapito/platform';
import type { KnownBox } from '../domain/box.ts';
import { derivedId } from '@recapito/primitives';
import { Installation } from '../programme/installation.ts';
import type { ClockGuard } from '../time/clock-guard.ts';
import { BoxTable } from './box-table.ts';
import type { MostBoxes } from './most-boxes.ts';

/** What a log-in opens: a box named by a codice fiscale, one named by the person, or that of a public body. */
export type LogInKind = ServiceCalendar['addressRule'] | 'body';

/** What stands in the place of a service for the boxes of public bodies, as mailbox names it. */
const bodyBoxes = 'provider';

/** A reader that the broker has not answered for so long may have missed a change: no guess is made from it. */
const halfAMinute = 30_000;

/** How long new boxes are gathered before their number is saved. */
const saveMs = 1_000;

/** How long a question may wait for the directory to be read to its end. */
const catchUpMs = 2_000;

interface ArmedCalendar {
  readonly calendar: CompiledCalendar;
  readonly addressRule: ServiceCalendar['addressRule'];
  readonly epoch: number;
  readonly version: number;
}

/**
 * What certified-mail knows of boxes: the directory and the armed calendars, each followed whole from its compacted
 * topic before the service is ready. The only projection of mailbox's data. // GATE-STALE
 */
@Injectable()
export class MailGate implements OnServiceStart, OnModuleDestroy {
  #boxes = new BoxTable();
  readonly #mostBoxes: MostBoxes;
  #saving: NodeJS.Timeout | undefined;
  readonly #calendars = new Map<string, ArmedCalendar>();
  readonly #installation: Installation;
  readonly #connection: ServiceConnection;
  readonly #clockGuard: Pick<ClockGuard, 'makeSure'>;
  readonly #staleMs: number;
  #readers: CompactedReader[] = [];
  #directory: CompactedReader | undefined;

  constructor(
    installation: Installation,
    connection: ServiceConnection,
    {
      health,
      clockGuard,
      mostBoxes,
    }: { readonly health: Health; readonly clockGuard: Pick<ClockGuard, 'makeSure'>; readonly mostBoxes: MostBoxes },
    staleMs = halfAMinute,
  ) {
    this.#installation = installation;
    this.#connection = connection;
    this.#clockGuard = clockGuard;
    this.#mostBoxes = mostBoxes;
    this.#staleMs = staleMs;
    health.register('mail-gate', () => this.check());
  }

  async onServiceStart(): Promise<void> {
    await this.#mostBoxes.read();
    this.#directory = readCompacted(directoryRecord, {
      ...this.#connection,
      onRecord: ({ data, epoch, sequence }) => {
        for (const box of data.boxes) this.#boxes.put({ ...box, holder: data.holder, epoch, sequence });
        this.#saveSoon();
      },
      // What the topic says from now on is all that is known: fewer boxes than before are no directory.
      onShrunk: () => this.#forgetBoxes(),
    });
    this.#readers = [
      this.#directory,
      readCompacted(calendarArmed, {
        ...this.#connection,
        onRecord: ({ data, epoch }) => this.#arm(data, epoch),
      }),
    ];
    await Promise.all(this.#readers.map((reader) => reader.whenReady));
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.stop()));
    clearTimeout(this.#saving);
    await this.#mostBoxes.save(this.#boxes.size);
  }

  /**
   * Makes sure of the time, by which everything that comes in is dated, and of the addresses that are not known as active
   * boxes, before anybody is told no: the directory is read as far as it goes now. A message that follows from a change
   * of boxes may come before the change. // GATE-SURE-OF-NO
   * @throws Unavailable when the clock cannot be relied on, or the directory not be read so far, for now.
   */
  async makeSure(addresses: readonly string[]): Promise<void> {
    this.#clockGuard.makeSure();
    const doubtful = addresses.some(
      (address) => this.#installation.ownBox(address) === undefined && this.#boxes.get(address)?.state !== 'active',
    );
    if (!doubtful) return;
    try {
      await this.#directory?.caughtUp(catchUpMs);
    } catch (error) {
      throw new Unavailable('mailbox', 'the directory cannot be read to its end', error);
    }
  }

  /**
   * The box behind an address; undefined when there is none.
   * @throws Unavailable when the directory has not been heard of for 30 seconds, or the box's calendar is not armed.
   */
  box(address: string): KnownBox | undefined {
    const own = this.#installation.ownBox(address);
    if (own !== undefined) return own;
    if (this.#age() > this.#staleMs)
      throw new Unavailable('mailbox', 'the directory has not been heard of for too long');
    const entry = this.#boxes.get(address);
    if (entry === undefined) return undefined;
    const armed = this.#calendars.get(entry.service);
    if (armed === undefined) throw new Unavailable('mailbox', `the calendar of ${entry.service} is not armed`);
    return { kind: 'held', state: entry.state, calendar: armed.calendar };
  }

  /** Whose box it is: the holder's id; undefined for boxes of the provider and for addresses that nobody has. */
  holderOf(address: string): string | undefined {
    return this.#boxes.holderOf(address);
  }

  /**
   * True when the box belongs to that holder and to the service whose credential was shown: a credential of one service
   * opens no box of another, though both name their boxes by the same rule. A public body opens its own box. // SESSION-SERVICE
   */
  opens(address: string, holder: string, service: string): boolean {
    if (service === bodyBoxes) return this.#isBody(address) && holder === derivedId('mailbox', address);
    return this.#boxes.get(address)?.service === service && this.#boxes.belongsTo(address, holder);
  }

  /**
   * What a name typed at a log-in means: the service whose box is meant and the name as identity knows it. A box that is
   * named by a codice fiscale is opened by that codice fiscale; a name that nobody has is asked about like any other.
   * @throws Unavailable while no service that names boxes so is armed.
   */
  logInName(typed: string): { address: string; service: string; opens: LogInKind } {
    const name = typed.trim().toLowerCase();
    if (this.#isBody(name)) return { address: name, service: bodyBoxes, opens: 'body' };
    // A box of a provider has no log-in: it is asked about like a name that nobody has. // ACCESS-SAME-WORDS
    const known = this.#boxes.get(name)?.service;
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
    const shown = { boxes: this.#boxes.size, bytes: this.#boxes.bytes, ...Object.fromEntries(versions) };
    if (this.#hasShrunk)
      return {
        state: 'degraded',
        ageMs,
        ...shown,
        boxesKnownBefore: this.#mostBoxes.known,
        reason: 'the directory holds fewer boxes than before: nobody is answered until mailbox has stated it again',
      };
    return { state: ageMs > this.#staleMs ? 'degraded' : 'ok', ageMs, ...shown };
  }

  /** Takes a calendar, unless a newer one of its service is in force: the epoch counts first. // EPOCH-NEWEST */
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

  /** Their number stays known, also of those that came a moment ago. */
  #forgetBoxes(): void {
    this.#save();
    this.#boxes = new BoxTable();
  }

  get #hasShrunk(): boolean {
    return this.#boxes.size < this.#mostBoxes.known;
  }

  /** At the next pause: a start reads a million boxes, each in a moment. */
  #saveSoon(): void {
    if (this.#saving !== undefined || this.#boxes.size <= this.#mostBoxes.known) return;
    this.#saving = setTimeout(() => {
      this.#saving = undefined;
      this.#save();
    }, saveMs);
  }

  #save(): void {
    this.#mostBoxes.save(this.#boxes.size).catch((error: unknown) => {
      this.#connection.logger.error({ err: error }, 'the number of known boxes could not be saved');
    });
  }

  /** Infinity until both topics have been read to their ends, and while boxes are missing. */
  #age(): number {
    if (this.#hasShrunk) return Number.POSITIVE_INFINITY;
    const whole = this.#readers.length > 0 && this.#readers.every((reader) => reader.ready());
    return whole ? Math.max(...this.#readers.map((reader) => reader.age())) : Number.POSITIVE_INFINITY;
  }
}
