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

/** Changes within this time are published together. */
const togetherMs = 250;

/** What happens in the suite, put together once in this process for all who watch. */
@Injectable()
export class LiveFeed {
  readonly #sources: LiveSources;
  readonly #documents: BehaviorSubject<LiveDocument>;
  #watchers = 0;
  #soon: NodeJS.Timeout | undefined;
  #campaign: LiveDocument['campaign'] = null;

  constructor(sources: LiveSources) {
    this.#sources = sources;
    this.#documents = new BehaviorSubject(this.#document());
    const changed = () => this.#publishSoon();
    sources.clock.onSet(changed);
    sources.watched.onChange(changed);
    sources.rehearsal.onChange(changed);
  }

  /** How things stand now, and then again after each change, until the process stops. */
  watch(): Observable<LiveDocument> {
    return defer(() => {
      this.#enter();
      return this.#documents.pipe(finalize(() => this.#leave()));
    });
  }

  /** Ends every stream before the port is closed: one that never ends would hold the shutdown up. */
  onModuleDestroy(): void {
    clearTimeout(this.#soon);
    this.#documents.complete();
  }

  #enter(): void {
    this.#watchers += 1;
    if (this.#watchers > 1) return;
    this.#publish();
    this.#sources.health.watch(() => this.#publishSoon());
  }

  #leave(): void {
    this.#watchers -= 1;
    if (this.#watchers === 0) void this.#sources.health.stopWatching();
  }

  #publishSoon(): void {
    if (this.#watchers === 0) return;
    this.#soon ??= setTimeout(() => this.#publish(), togetherMs);
  }

  #publish(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#documents.next(this.#document());
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
