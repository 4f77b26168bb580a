import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import { Health, JobWakes, Metrics, SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { ArmedCalendars } from '../application/armed-calendars.ts';
import { endSessions } from '../application/end-sessions.ts';
import { Doveadm } from '../dovecot/doveadm.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';

/** Pause before Dovecot is asked again that did not answer, in system milliseconds. */
const patienceMs = 1_000;

/**
 * Ends sessions that may no longer read, after a boundary or after a box was closed. It tidies: while Dovecot cannot be
 * asked nothing is wrong, and the review stays to be made.
 */
@Injectable()
export class LiveSessions implements OnServiceStart, OnModuleDestroy {
  readonly #loop = new BackgroundLoop(() => this.#review(), { name: 'live-sessions', everyMs: patienceMs });
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #parts: { readonly calendars: ArmedCalendars; readonly doveadm: Doveadm };
  readonly #ended;
  #asked = false;
  #notBefore = 0;

  constructor(
    database: Database<PrismaClient>,
    clock: SuiteClock,
    calendars: ArmedCalendars,
    doveadm: Doveadm,
    metrics: Metrics,
    health: Health,
    wakes: JobWakes,
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#parts = { calendars, doveadm };
    this.#ended = metrics.counter('recapito_sessions_ended_total', 'Boxes whose open sessions were ended');
    wakes.register('live-sessions', () => this.reviewSoon());
    health.register('dovecot', async () => ({ state: 'ok', sessions: (await doveadm.liveSessions()).length }));
  }

  /** Something has changed that may have taken somebody's right to read. */
  reviewSoon(): void {
    this.#asked = true;
    this.#notBefore = 0;
    this.#loop.wake();
  }

  onServiceStart(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  async #review(): Promise<void> {
    if (!this.#asked || Date.now() < this.#notBefore) return;
    this.#asked = false;
    try {
      this.#ended.inc(await endSessions(this.#database.client, this.#parts, this.#clock.now()));
    } catch (error) {
      this.#asked = true;
      this.#notBefore = Date.now() + patienceMs;
      throw error;
    }
  }
}
