import type { DataOf, suiteClockSet } from '@recapito/contracts';
import { formatInstant, type Instant, instant } from '@recapito/primitives';
import type { Finding } from '../health/health.ts';
import { SystemClock } from './system-clock.ts';

/** How the clock was last set. */
export type ClockSetting = DataOf<typeof suiteClockSet>;

/** What the clock shows, for `/rehearsal/state`. */
export interface ClockReading {
  readonly instant: Instant;
  readonly rate: 0 | 1;
}

/** Where the settings of a rehearsal come from. */
export interface ClockSource {
  /** Milliseconds since the source was last heard; null before the first time. */
  ageMs(): number | null;
  stop(): Promise<void>;
}

/** A source unheard for so long may have moved without us. */
const staleMs = 30_000;

/** What a setting shows at a system instant. The clock never runs backwards from what it has shown. */
export function shownBy(setting: ClockSetting, system: Instant, shown: Instant): Instant {
  const elapsed = setting.rate === 0 ? 0 : Math.max(0, system - setting.since);
  return instant(Math.max(setting.instant + elapsed, shown));
}

/**
 * The clock of everything that has a legal date. In production it is the system clock; in a rehearsal it follows the
 * compacted topic `suite.clock.v1`, which the driver alone writes, and shows nothing before it has read it to its end
 * and found a setting there.
 */
export class SuiteClock {
  readonly #system = new SystemClock();
  readonly #followed: boolean;
  readonly #ready = Promise.withResolvers<void>();
  #source: ClockSource | undefined;
  #setting: ClockSetting | undefined;
  #read = false;
  #shown = instant(0);
  readonly #onSet: (() => void)[] = [];

  /** @param mode `rehearsal` waits to be set, `production` is the system clock at once. */
  constructor(mode: 'rehearsal' | 'production') {
    this.#followed = mode === 'rehearsal';
    if (!this.#followed) this.#ready.resolve();
  }

  /** The suite instant. Read it once at the edge and hand it on. @throws Error before `ready()`. */
  now(): Instant {
    if (!this.#followed) return this.#system.now();
    if (this.#setting === undefined) throw new Error('the suite clock has not been read yet');
    this.#shown = shownBy(this.#setting, this.#system.now(), this.#shown);
    return this.#shown;
  }

  /** Resolves once the clock shows an instant. */
  async ready(): Promise<void> {
    await this.#ready.promise;
  }

  /** What the clock shows; null before `ready()`. */
  reading(): ClockReading | null {
    if (!this.#followed) return { instant: this.#system.now(), rate: 1 };
    if (this.#setting === undefined) return null;
    return { instant: this.now(), rate: this.#setting.rate };
  }

  /** Has the clock follow a source, which calls `set` for each setting in order and `caughtUp` at the topic's end. */
  follow(source: ClockSource): void {
    this.#source = source;
  }

  /** The driver has set the clock. */
  set(setting: ClockSetting): void {
    this.#setting = setting;
    this.#settle();
    for (const listener of this.#onSet) listener();
  }

  /** Calls the listener whenever the driver of a rehearsal has set the clock: what is due by the suite clock may have changed. */
  onSet(listener: () => void): void {
    this.#onSet.push(listener);
  }

  /** Every setting there is has been read. */
  caughtUp(): void {
    this.#read = true;
    this.#settle();
  }

  /** The suite instant and its age, for `/health/ready`: in a rehearsal everybody must be able to see which day it is. */
  check(): Finding {
    const reading = this.reading();
    if (reading === null) return { state: 'down', source: 'rehearsal', instant: null };
    const shown = {
      source: this.#followed ? 'rehearsal' : 'system',
      instant: formatInstant(reading.instant),
      rate: reading.rate,
    };
    if (!this.#followed) return { state: 'ok', ageMs: 0, ...shown };
    const ageMs = this.#source?.ageMs() ?? 0;
    return { state: ageMs > staleMs ? 'degraded' : 'ok', ageMs, ...shown };
  }

  async stop(): Promise<void> {
    await this.#source?.stop();
  }

  #settle(): void {
    if (this.#read && this.#setting !== undefined) this.#ready.resolve();
  }
}
