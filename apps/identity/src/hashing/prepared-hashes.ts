import { Injectable } from '@nestjs/common';
import { DueWork, Health, Metrics } from '@recapito/platform';
import type { Finding, OnServiceStart } from '@recapito/platform';
import { HashPool } from './hash-pool.ts';

/** Makes the pool ready before the doors open, and shows it to those who run the suite. */
@Injectable()
export class PreparedHashes implements OnServiceStart {
  #turnedAway = 0;

  constructor(
    private readonly hashes: HashPool,
    metrics: Metrics,
    health: Health,
    dueWork: DueWork,
  ) {
    metrics.gauge('recapito_password_pool_hashes', 'Hashes in the pool by state', ['state'], (gauge) => {
      gauge.set({ state: 'running' }, hashes.state.running);
      gauge.set({ state: 'waiting' }, hashes.state.waiting);
    });
    health.register('hashing', () => this.check());
    dueWork.count(() => ({ 'hashes.computed': hashes.state.hashes }));
  }

  async onServiceStart(): Promise<void> {
    await this.hashes.prepare();
  }

  /** Degraded while log-ins are being turned away. */
  private check(): Finding {
    const { running, waiting, turnedAway } = this.hashes.state;
    const more = turnedAway > this.#turnedAway;
    this.#turnedAway = turnedAway;
    return { state: more ? 'degraded' : 'ok', running, waiting };
  }
}
