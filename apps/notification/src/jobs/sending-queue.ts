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

/** How long Bull may take to close: it waits without end for a connection that is just coming back. */
const closeMs = 3_000;

/** A job that was scheduled is not scheduled again for so long, unless Redis has lost it meanwhile. */
const rememberedMs = 5_000;

/**
 * Bull on Redis: it spreads the tries over the processes and wakes the late ones. Nothing hangs on it; while Redis is
 * away or has lost its memory, the service is slower.
 * @rule COMMUNICATION-WAKE
 */
@Injectable()
export class SendingQueue {
  readonly #queue: Queue<SendingJob>;
  readonly #logger = new Logger(SendingQueue.name);
  readonly #scheduledAt = new Map<string, number>();
  #away = false;

  constructor(@InjectQueue(sendingQueue) queue: Queue<SendingJob>, health: Health) {
    this.#queue = queue;
    queue.on('error', (error) => this.#recordLoss(error));
    queue.client.on('ready', () => this.#recordReturn());
    // This is what the module of Bull calls when the service stops.
    Object.assign(queue, { onApplicationShutdown: () => this.#close() });
    health.register('redis', () => ({ state: this.answers ? 'ok' : 'degraded' }));
  }

  /** Whether Redis is there, as far as its connection tells. */
  get answers(): boolean {
    return this.#queue.client.status === 'ready';
  }

  /** Has `work` called for each job, in this process and in every other that does the same. */
  process(work: (id: string) => Promise<void>): void {
    this.#queue
      .process(concurrency, async ({ data }) => work(data.id))
      .catch((error: unknown) => this.#recordLoss(error));
  }

  /** Schedules a try for when it is due. Idempotent: the same try is one job. False when Redis is away. */
  async schedule({ id, sequence, attempts, inMs }: DueTry): Promise<boolean> {
    if (!this.answers) return false;
    const jobId = `${id}.${sequence}.${attempts}`;
    if (this.#isScheduled(jobId)) return true;
    const options = { jobId, delay: Math.max(0, inMs), removeOnComplete: true, removeOnFail: true };
    const noted = await Promise.race([
      this.#queue.add({ id }, options).then(
        () => true,
        () => false,
      ),
      timeout(patienceMs),
    ]);
    if (noted) this.#scheduledAt.set(jobId, Date.now());
    return noted;
  }

  /** What is in work then is done again: what is due stands in PostgreSQL. */
  async #close(): Promise<void> {
    const closed = this.#queue.close().then(() => true);
    if (await Promise.race([closed, timeout(closeMs)])) return;
    this.#logger.warn({
      event: 'queue-close-timeout',
      message: 'the queue did not close in time: its connections to Redis are ended',
    });
    for (const client of this.#queue.clients) client.disconnect();
  }

  #isScheduled(jobId: string): boolean {
    const before = Date.now() - rememberedMs;
    for (const [told, at] of this.#scheduledAt) {
      if (at > before) break;
      this.#scheduledAt.delete(told);
    }
    return this.#scheduledAt.has(jobId);
  }

  #recordLoss(error: unknown): void {
    if (this.#away) return;
    this.#away = true;
    this.#logger.warn(
      { event: 'redis-unavailable', err: error },
      'Redis is unavailable: due communications are found by polling the database',
    );
  }

  #recordReturn(): void {
    if (this.#away) this.#logger.log({ event: 'redis-available', message: 'Redis is available again' });
    this.#away = false;
    this.#scheduledAt.clear();
  }
}

async function timeout(ms: number): Promise<false> {
  return await new Promise((resolve) => {
    setTimeout(resolve, ms, false).unref();
  });
}
