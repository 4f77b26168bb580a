import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import type { OnServiceStart } from '@recapito/platform';
import { TopicRepair } from '../application/topic-repair.ts';

const everyMs = 10_000;

/** Looks every ten seconds whether the topics must be repaired, and repairs them at the start. */
@Injectable()
export class RepairTopics implements OnServiceStart, OnModuleDestroy {
  readonly #topics: TopicRepair;
  readonly #looks: BackgroundLoop;

  constructor(topics: TopicRepair) {
    this.#topics = topics;
    this.#looks = new BackgroundLoop(() => topics.repairWhenDue(), { name: 'topics', everyMs });
  }

  onServiceStart(): void {
    this.#looks.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.#topics.giveUp();
    await this.#looks.stop();
    await this.#topics.close();
  }
}
