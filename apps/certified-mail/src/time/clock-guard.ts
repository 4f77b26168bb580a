import { Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Unavailable } from '@recapito/platform';
import type { Finding, OnServiceStart } from '@recapito/platform';
import { clockOffset } from './sntp.ts';
import type { TimeSource } from './sntp.ts';

export interface ClockGuardOptions {
  /** Whom to ask; none means that nothing is checked. */
  readonly sources: readonly TimeSource[];
  /** How far the system clock may be off. */
  readonly mostOffsetMs: number;
  /** How long the sources may be silent. */
  readonly unheardMs: number;
}

/** The system clock, in milliseconds since 1970, and one that nobody sets, from any beginning. */
export interface Clocks {
  readonly system: () => number;
  readonly elapsed: () => number;
}

/** `unchecked`: there are no sources. `unheard`: they have been silent for too long, or since the start. */
export type ClockStanding = 'unchecked' | 'right' | 'wrong' | 'unheard';

/** What the sources said last, and what both clocks showed then. */
interface Heard {
  readonly offsetMs: number;
  readonly system: number;
  readonly elapsed: number;
}

const askEveryMs = 60_000;
/** Whether it is time to ask again; a clock that is not right is asked about each time. */
const lookEveryMs = 5_000;
const answerMs = 2_000;

const real: Clocks = { system: Date.now, elapsed: () => performance.now() };

/**
 * Compares the system clock with its sources, by SNTP, once a minute. While it is more than a second off, or nobody can
 * say whether it is, nothing may get a legal time: nothing is accepted, taken in charge, delivered or signed. Between two
 * answers a step of the system clock is seen by a clock that nobody sets.
 * @rule CLOCK-ONE-SECOND
 */
export class ClockGuard implements OnServiceStart, OnModuleDestroy {
  readonly #options: ClockGuardOptions;
  readonly #clocks: Clocks;
  readonly #logger = new Logger('clock');
  readonly #loop = new BackgroundLoop(() => this.#askWhenDue(), { name: 'clock', everyMs: lookEveryMs });
  #heard: Heard | undefined;
  #told: ClockStanding = 'unchecked';

  constructor(options: ClockGuardOptions, clocks: Clocks = real) {
    this.#options = options;
    this.#clocks = clocks;
  }

  /** Asks for the first time, and waits for what the sources say, but no longer than for one answer. */
  async onServiceStart(): Promise<void> {
    if (this.#options.sources.length === 0) return;
    await this.ask();
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** Asks every source; the middle of their answers counts, so that one that lies is outvoted by two that do not. */
  async ask(): Promise<void> {
    const { system, elapsed } = this.#clocks;
    const asked = this.#options.sources.map((source) => clockOffset(source, { withinMs: answerMs, now: system }));
    const answers = await Promise.allSettled(asked);
    const offsets = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const offsetMs = middle(offsets);
    if (offsetMs !== undefined) this.#heard = { offsetMs, system: system(), elapsed: elapsed() };
    this.#logChange(answers);
  }

  get standing(): ClockStanding {
    const { sources, mostOffsetMs, unheardMs } = this.#options;
    if (sources.length === 0) return 'unchecked';
    if (this.#heard === undefined || this.#clocks.elapsed() - this.#heard.elapsed > unheardMs) return 'unheard';
    return Math.abs(this.#offsetNow(this.#heard)) > mostOffsetMs ? 'wrong' : 'right';
  }

  /** True when something may get a legal time by this clock. */
  get mayCertify(): boolean {
    return this.standing === 'right' || this.standing === 'unchecked';
  }

  /** @throws Unavailable while nothing may get a legal time. */
  ensureReliable(): void {
    if (!this.mayCertify) throw new Unavailable('time sources', `the system clock is ${this.standing}`);
  }

  /** How the clock stands, for `/health/ready`. */
  check(): Finding {
    const clock = this.standing;
    const heard = this.#heard;
    const state = this.mayCertify ? 'ok' : 'degraded';
    if (heard === undefined) return { state, clock };
    const ageMs = Math.round(this.#clocks.elapsed() - heard.elapsed);
    return { state, clock, ageMs, offsetMs: Math.round(this.#offsetNow(heard)) };
  }

  async #askWhenDue(): Promise<void> {
    const age = this.#heard === undefined ? Infinity : this.#clocks.elapsed() - this.#heard.elapsed;
    if (age >= askEveryMs || this.standing !== 'right') await this.ask();
  }

  /** How far the sources are ahead: what they said, less what the system clock has since been set forward. */
  #offsetNow({ offsetMs, system, elapsed }: Heard): number {
    const set = this.#clocks.system() - system - (this.#clocks.elapsed() - elapsed);
    return offsetMs - set;
  }

  #logChange(answers: readonly PromiseSettledResult<number>[]): void {
    const { standing } = this;
    if (standing === this.#told) return;
    this.#told = standing;
    const said = { ...this.check(), answers: answers.map(wordsOf).join('; '), rule: 'CLOCK-ONE-SECOND' };
    if (standing === 'right')
      this.#logger.log({
        ...said,
        event: 'clock-right',
        message: 'the system clock agrees with the time sources (NTP)',
      });
    else
      this.#logger.error({
        ...said,
        event: 'clock-unreliable',
        message: 'the system clock is off or the time sources (NTP) are unreachable: nothing is certified',
      });
  }
}

function wordsOf(answer: PromiseSettledResult<number>): string {
  return answer.status === 'fulfilled' ? `${Math.round(answer.value)} ms` : String(answer.reason);
}

/** The median; of two in the middle the one that is farther off, so that sources which disagree do not make it right. */
function middle(offsets: readonly number[]): number | undefined {
  const sorted = offsets.toSorted((one, other) => one - other);
  const [below, above] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (below === undefined || above === undefined) return undefined;
  return Math.abs(below) > Math.abs(above) ? below : above;
}
