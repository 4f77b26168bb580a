import { InjectQueue } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import { Health } from '@recapito/platform';
import type { Queue } from 'bull';
import type { DueTry } from '../persistence/queries/due-communications.ts';

/** The queue's name; Redis knows it behind the installation's prefix. */
export const sendingQueue = 'communications';

/** A job carries an id and nothing else: what is to be done stands in PostgreSQL. */
export interface SendingJob {
  readonly id: string;
}

/** Messages in work at a time in one process. */
const concurrency = 4;

/** How long Redis may take to note a job before it counts as away. */
const patienceMs = 1_000;

/** A job that was told is not told again for so long, unless Redis has forgotten it meanwhile. */
const toldMs = 5_000;

/**
 * Bull on Redis: it spreads the tries over the processes and wakes the late ones. Nothing hangs on it; while Redis is
 * away or has lost its memory, the service is slower. // COMMUNICATION-WAKE
 */
@Injectable()
export class SendingQueue {
  readonly #queue: Queue<SendingJob>;
  readonly #logger = new Logger(SendingQueue.name);
  readonly #told = new Map<string, number>();
  #away = false;

  constructor(@InjectQueue(sendingQueue) queue: Queue<SendingJob>, health: Health) {
    this.#queue = queue;
    queue.on('error', (error) => this.#lost(error));
    queue.client.on('ready', () => this.#found());
    health.register('redis', () => ({ state: this.answers ? 'ok' : 'degraded' }));
  }

  /** Whether Redis is there, as far as its connection tells. */
  get answers(): boolean {
    return this.#queue.client.status === 'ready';
  }

  /** Has `work` called for each job, in this process and in every other that does the same. */
  process(work: (id: string) => Promise<void>): void {
    this.#queue.process(concurrency, async ({ data }) => work(data.id)).catch((error: unknown) => this.#lost(error));
  }

  /** Notes a try for when it is due; the same try is one job however often it is told. False when Redis is away. */
  async tell({ id, sequence, attempts, inMs }: DueTry): Promise<boolean> {
    if (!this.answers) return false;
    const jobId = `${id}.${sequence}.${attempts}`;
    if (this.#isTold(jobId)) return true;
    const options = { jobId, delay: Math.max(0, inMs), removeOnComplete: true, removeOnFail: true };
    const noted = await Promise.race([
      this.#queue.add({ id }, options).then(
        () => true,
        () => false,
      ),
      outOfPatience(),
    ]);
    if (noted) this.#told.set(jobId, Date.now());
    return noted;
  }

  #isTold(jobId: string): boolean {
    const before = Date.now() - toldMs;
    for (const [told, at] of this.#told) {
      if (at > before) break;
      this.#told.delete(told);
    }
    return this.#told.has(jobId);
  }

  #lost(error: unknown): void {
    if (this.#away) return;
    this.#away = true;
    this.#logger.warn({ err: error }, 'redis is away: communications are found by the sweep');
  }

  #found(): void {
    if (this.#away) this.#logger.log('redis is back');
    this.#away = false;
    this.#told.clear();
  }
}

async function outOfPatience(): Promise<false> {
  return await new Promise((resolve) => {
    setTimeout(resolve, patienceMs, false).unref();
  });
}
