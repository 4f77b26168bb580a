import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Health, Metrics, SystemClock } from '@recapito/platform';
import type { Finding, OnServiceStart } from '@recapito/platform';
import { Installation } from '../programme/installation.ts';
import type { InstallationLists } from './installation-lists.ts';
import { lateBy } from './authorities.ts';
import { FollowedList } from './followed-list.ts';
import type { AnyList } from './followed-list.ts';
import { certificatesIn } from './index-in-force.ts';
import type { PaIndex } from './pa-index.ts';
import type { ListRefusal } from './list-refusal.ts';

/** A list that was not to be had is asked for again after an hour, unless lists are looked at more often anyway. */
const againMs = 3_600_000;
/** How often it is asked whether a look is due, or another process has kept a newer copy. */
const askMs = 5_000;

/**
 * Looks at the lists that others keep, once in a while, takes over what other processes of this installation have seen,
 * and tells health and figures how old the lists are.
 */
@Injectable()
export class FollowLists implements OnServiceStart, OnModuleDestroy {
  readonly #logger = new Logger('lists');
  readonly #clock = new SystemClock();
  readonly #lists: AnyList[];
  readonly #installation: Installation;
  readonly #paIndex: InstallationLists['paIndex'];
  readonly #everyMs: number;
  readonly #loop: BackgroundLoop;

  constructor(installation: Installation, health: Health, metrics: Metrics, everyMs: number) {
    this.#installation = installation;
    const { providerIndex, paIndex } = installation.lists;
    this.#lists = [providerIndex, ...(paIndex instanceof FollowedList ? [paIndex] : [])];
    this.#everyMs = everyMs;
    this.#loop = new BackgroundLoop(() => this.#lookWhereDue(), { name: 'lists', everyMs: Math.min(everyMs, askMs) });
    health.register(providerIndex.name, () => providerIndex.check(this.#clock.now()));
    const { authorities } = installation.lists;
    health.register('revocation-lists', () => authorities.check(this.#clock.now()));
    const late = 'Seconds since the next revocation list of an authority was due; -1 where there is no list';
    metrics.gauge('recapito_revocation_list_late_seconds', late, ['authority'], (gauge) => {
      for (const state of authorities.states) {
        const lateMs = lateBy(state, this.#clock.now());
        gauge.set({ authority: state.name }, Number.isFinite(lateMs) ? lateMs / 1_000 : -1);
      }
    });
    health.register('pa-index', () => ({ ...this.#checkPaIndex(paIndex), ...leftOutOf(paIndex.current) }));
    this.#paIndex = paIndex;
    const ages = 'Seconds since the source of a list was last seen to say what is in force';
    metrics.gauge('recapito_list_age_seconds', ages, ['list'], (gauge) => {
      for (const list of this.#lists) gauge.set({ list: list.name }, list.ageMs(this.#clock.now()) / 1_000);
    });
    metrics.gauge('recapito_list_entries', 'Entries of the lists in force', ['list'], (gauge) => {
      gauge.set({ list: 'provider-index' }, installation.index.entries.length);
      gauge.set({ list: 'pa-index' }, paIndex.current.size);
    });
    const leftOut = 'Rows of the list of public bodies that were left out, and bodies that keep earlier addresses';
    metrics.gauge('recapito_list_left_out_entries', leftOut, ['what'], (gauge) => {
      const { rowsLeftOut, bodiesKept } = leftOutOf(paIndex.current);
      gauge.set({ what: 'rows' }, rowsLeftOut);
      gauge.set({ what: 'bodies-kept' }, bodiesKept);
    });
  }

  onServiceStart(): void {
    for (const list of this.#lists) this.#publish(list, list.state.failure?.refusal ?? null);
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** Looks at a list now. @returns null when what stands there is in force, or why it is not. */
  async look(list: AnyList, acceptLoss = false): Promise<ListRefusal | null> {
    const refusal = await list.look(this.#clock.now(), acceptLoss);
    this.#publish(list, refusal);
    return refusal;
  }

  async #lookWhereDue(): Promise<void> {
    await this.#refreshAuthorities();
    for (const list of this.#lists) {
      if (await list.adopt(this.#clock.now())) this.#publish(list, null);
      const { failure, lookedAt } = list.state;
      const pause = failure === null ? this.#everyMs : Math.min(this.#everyMs, againMs);
      if (this.#clock.now() - lookedAt >= pause) await this.look(list);
    }
  }

  /** Revocation lists are fetched as often as lists are looked at, and each hour while one is late. */
  async #refreshAuthorities(): Promise<void> {
    const { authorities, providerIndex } = this.#installation.lists;
    const now = this.#clock.now();
    const pause = authorities.isOverdue(now) ? Math.min(this.#everyMs, againMs) : this.#everyMs;
    if (now - authorities.lookedAt < pause) return;
    try {
      await authorities.refresh(now, certificatesIn(providerIndex.current.index));
    } catch (error) {
      this.#logger.error({
        err: error,
        event: 'authorities-not-refreshed',
        message: 'the certificate authorities could not be refreshed; those before stay in force',
      });
    }
  }

  #publish(list: AnyList, refusal: ListRefusal | null): void {
    const said = { list: list.name, ageSeconds: Math.round(list.ageMs(this.#clock.now()) / 1_000) };
    if (refusal === null) {
      this.#logger.log({ ...said, event: 'list-refreshed', message: 'a list was refreshed from its source' });
      if (list === this.#paIndex) this.#publishLeftOut();
    } else {
      const { refused, words, details } = refusal;
      const why = { ...said, refused, words: words.en, details };
      this.#logger.warn({
        ...why,
        event: 'list-not-refreshed',
        message: 'a list could not be refreshed; the one before stays in force',
      });
    }
  }

  #checkPaIndex(paIndex: InstallationLists['paIndex']): Finding {
    return paIndex instanceof FollowedList ? paIndex.check(this.#clock.now()) : { state: 'ok' };
  }

  /** At each reading, so that a row that stays faulty is logged every day. */
  #publishLeftOut(): void {
    const { leftOut, kept } = this.#paIndex.current;
    if (leftOut.length === 0) return;
    const bodies = [...kept.keys()];
    this.#logger.warn({
      list: 'pa-index',
      leftOut,
      bodies,
      event: 'list-rows-skipped',
      message: 'invalid rows of a list were skipped',
    });
  }
}

function leftOutOf({ leftOut, kept }: PaIndex): { rowsLeftOut: number; bodiesKept: number } {
  return { rowsLeftOut: leftOut.length, bodiesKept: kept.size };
}
