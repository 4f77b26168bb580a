import { setTimeout as pause } from 'node:timers/promises';
import { type FactStrategy, outboxPending, type Relay } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import type { ClockReading, SuiteClock } from '../clock/suite-clock.ts';
import type { Database } from '@recapito/database';
import type { HttpEdge } from '../http/edge.ts';
import type { DueWork } from './due-work.ts';

/** What the driver must know before it moves the clock. Quiet: nothing in work, pending or lagging, twice with equal counters. */
export interface RehearsalState {
  readonly clock: ClockReading | null;
  /** The earliest instant at which this service has something to do; not later than the clock's means: not done yet. */
  readonly earliestDue: Instant | null;
  /** Requests, facts and other work in hand. */
  readonly inWork: number;
  readonly outboxPending: number;
  /** Records of the topics read whose work has not been committed; at least 1 while the broker, asked, does not say. */
  readonly consumersLag: number;
  readonly counters: Readonly<Record<string, number>>;
}

/** The parts of a service that can have something in hand. */
export interface RehearsalParts {
  readonly clock: SuiteClock;
  readonly edge: HttpEdge;
  readonly dueWork: DueWork;
  readonly database: Database | undefined;
  readonly relay: Relay | undefined;
  readonly facts: FactStrategy | undefined;
}

/** The driver is answered after this time at the latest. */
const longestWaitMs = 500;
/** Between two looks at counters in memory, and between two at the database. */
const lookMs = { memory: 8, database: 24 };

export class Rehearsal {
  readonly #parts: RehearsalParts;

  constructor(parts: RehearsalParts) {
    this.#parts = parts;
  }

  /** The state as soon as nothing seems left to do. The database is asked only while nothing is in work here. */
  async whenQuiet(): Promise<RehearsalState> {
    const deadline = performance.now() + longestWaitMs;
    for (;;) {
      const idle = this.#inWork() + this.#parts.dueWork.knownLag() === 0;
      const late = performance.now() >= deadline;
      if (idle || late) {
        const state = await this.state({ sure: false });
        if (late || seemsQuiet(state)) return state;
      }
      await pause(idle ? lookMs.database : lookMs.memory);
    }
  }

  async whenClockShows(at: Instant): Promise<void> {
    const deadline = performance.now() + longestWaitMs;
    while ((this.#parts.clock.reading()?.instant ?? 0) < at && performance.now() < deadline) await pause(lookMs.memory);
  }

  /**
   * @param sure asks the broker how far behind the service is, which is the dearest question of all: it is asked only
   * by who seems to have nothing left. Otherwise the last fetches tell.
   */
  async state({ sure }: { readonly sure: boolean }): Promise<RehearsalState> {
    const { clock, edge, dueWork, database, relay, facts } = this.#parts;
    const pending = database === undefined ? 0 : await outboxPending(database.client);
    const earliestDue = await dueWork.earliestDue();
    const inWork = this.#inWork();
    const knownLag = dueWork.knownLag();
    return {
      clock: clock.reading(),
      earliestDue,
      inWork,
      outboxPending: pending,
      consumersLag: sure && inWork + pending + knownLag === 0 ? await dueWork.askedLag() : knownLag,
      counters: {
        'http.answered': edge.answered,
        'outbox.sent': relay?.state().sent ?? 0,
        ...factFigures(facts?.state()),
        ...(await dueWork.counters()),
      },
    };
  }

  #inWork(): number {
    const { edge, dueWork, relay, facts } = this.#parts;
    const read = facts?.state();
    const reading = read?.topics.reduce((sum, { inWork }) => sum + inWork, read.redriving) ?? 0;
    return edge.inWork + dueWork.inWork + (relay?.state().inHand ? 1 : 0) + reading;
  }
}

function seemsQuiet({ clock, earliestDue, inWork, outboxPending: pending, consumersLag }: RehearsalState): boolean {
  const overdue = clock !== null && earliestDue !== null && earliestDue <= clock.instant;
  return !overdue && inWork + pending + consumersLag === 0;
}

function factFigures(read: { counters: object } | undefined): Record<string, number> {
  if (read === undefined) return {};
  return Object.fromEntries(Object.entries(read.counters).map(([name, figure]) => [`facts.${name}`, Number(figure)]));
}
