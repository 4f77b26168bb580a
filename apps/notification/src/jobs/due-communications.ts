import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import { ClosedDoors, DueWork, Metrics, Unavailable } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { sendCommunication, SendingParts } from '../application/send-communication.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { countByState } from '../persistence/queries/communications-summary.ts';
import { dueWithin, owedSince } from '../persistence/queries/due-communications.ts';
import { SendingQueue } from './sending-queue.ts';

/** Polls once a second, and schedules in the queue what falls due before the next poll. */
const everyMs = 1_000;

/** Tries that one poll schedules; the next poll finds the others. */
const batch = 200;

/** A try that is overdue by so much is made here although the queue has it: Redis may keep half of a job for ever. */
const neglectedMs = 6_000;

/**
 * Sees to it that every communication is tried when it is due. Each commit may have made one due, so each has the rows
 * looked at; what is found becomes a job of the queue, or is done here and now while Redis is away or does nothing
 * about it.
 * @rule COMMUNICATION-WAKE
 */
@Injectable()
export class DueCommunications implements OnServiceStart, OnModuleDestroy {
  readonly #parts: SendingParts;
  readonly #queue: SendingQueue;
  readonly #dueWork: DueWork;
  readonly #doors: ClosedDoors;
  readonly #loop: BackgroundLoop;
  readonly #logger = new Logger(DueCommunications.name);

  constructor(
    parts: SendingParts,
    queue: SendingQueue,
    database: Database<PrismaClient>,
    dueWork: DueWork,
    metrics: Metrics,
    doors: ClosedDoors,
  ) {
    this.#doors = doors;
    this.#parts = parts;
    this.#queue = queue;
    this.#dueWork = dueWork;
    this.#loop = new BackgroundLoop((signal) => this.#look(signal), { name: 'communications', everyMs, doors });
    dueWork.register(() => owedSince(database.client));
    dueWork.count(async () => figures(await countByState(database.client)));
    metrics.gauge('recapito_communications', 'Communications by state', ['state'], async (gauge) => {
      for (const [state, count] of Object.entries(await countByState(database.client))) gauge.set({ state }, count);
    });
    database.afterCommit(this.#loop.wake);
  }

  onServiceStart(): void {
    this.#loop.start();
    this.#queue.process((id) => this.#try(id));
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  async #look(signal: AbortSignal): Promise<void> {
    for (const due of await dueWithin(this.#parts.database.client, everyMs, batch)) {
      if (signal.aborted) return;
      const told = await this.#queue.schedule(due);
      if (due.inMs <= (told ? -neglectedMs : 0)) await this.#try(due.id);
    }
  }

  async #try(id: string): Promise<void> {
    if (this.#doors.closed) return;
    const sent = await this.#dueWork.during(() => sendCommunication(this.#parts, id));
    if (typeof sent === 'string') return;
    const { hindered: error } = sent;
    if (error instanceof Unavailable)
      this.#logger.warn(
        { event: 'communication-deferred', communication: id, cause: error.message },
        'a communication could not be sent for now; retry scheduled',
      );
    else
      this.#logger.error(
        { event: 'communication-failed', communication: id, err: error },
        'a communication could not be sent: internal error; retry scheduled',
      );
  }
}

function figures(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([state, count]) => [`communications.${state}`, count]));
}
