import { Injectable } from '@nestjs/common';
import type { SuiteClock } from '@recapito/platform';
import { BehaviorSubject, defer, finalize } from 'rxjs';
import type { Observable } from 'rxjs';
import type { LiveDocument } from './live-document.ts';
import { namesIn } from './programme-names.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { SuiteHealth } from './suite-health.ts';
import type { WatchedCampaign } from './watched-campaign.ts';

export interface LiveSources {
  readonly clock: SuiteClock;
  readonly watched: WatchedCampaign;
  readonly health: SuiteHealth;
  readonly rehearsal: Rehearsal;
  /** The folder of programmes. */
  readonly programmes: string;
}

/** Changes that come within this time are told together. */
const togetherMs = 250;

/** What happens in the suite, put together once in this process for all who watch. */
@Injectable()
export class LiveFeed {
  readonly #sources: LiveSources;
  readonly #told: BehaviorSubject<LiveDocument>;
  #watchers = 0;
  #soon: NodeJS.Timeout | undefined;
  #campaign: LiveDocument['campaign'] = null;

  constructor(sources: LiveSources) {
    this.#sources = sources;
    this.#told = new BehaviorSubject(this.#document());
    const changed = () => this.#tellSoon();
    sources.clock.onSet(changed);
    sources.watched.onChange(changed);
    sources.rehearsal.onChange(changed);
  }

  /** How things stand now, and then again after each change, until the process stops. */
  watch(): Observable<LiveDocument> {
    return defer(() => {
      this.#enter();
      return this.#told.pipe(finalize(() => this.#leave()));
    });
  }

  /** Ends every stream before the port is closed: one that never ends would hold the shutdown up. */
  onModuleDestroy(): void {
    clearTimeout(this.#soon);
    this.#told.complete();
  }

  #enter(): void {
    this.#watchers += 1;
    if (this.#watchers > 1) return;
    this.#tell();
    this.#sources.health.watch(() => this.#tellSoon());
  }

  #leave(): void {
    this.#watchers -= 1;
    if (this.#watchers === 0) this.#sources.health.stopWatching();
  }

  #tellSoon(): void {
    if (this.#watchers === 0) return;
    this.#soon ??= setTimeout(() => this.#tell(), togetherMs);
  }

  #tell(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#told.next(this.#document());
  }

  #document(): LiveDocument {
    const { clock, watched, health, rehearsal } = this.#sources;
    const { moves, days, mail, notices } = watched.figures;
    return {
      clock: clock.reading()?.instant ?? null,
      read: watched.isRead,
      campaign: this.#named(),
      moves,
      days,
      mail,
      notices,
      services: [...health.services],
      run: rehearsal.run,
    };
  }

  #named(): LiveDocument['campaign'] {
    const { watched, programmes } = this.#sources;
    const { campaign, rows } = watched.figures;
    if (campaign === null) return null;
    if (this.#campaign?.id !== campaign.id) {
      const { id, programme, until } = campaign;
      this.#campaign = { id, programme, until, ...namesIn(programmes, campaign), rows };
    }
    return { ...this.#campaign, rows };
  }
}
