import { type FactStrategy, outboxPending, type Relay } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import type { ClockReading, SuiteClock } from '../clock/suite-clock.ts';
import type { Database } from '../database/database.ts';
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

export class Rehearsal {
  readonly #parts: RehearsalParts;

  constructor(parts: RehearsalParts) {
    this.#parts = parts;
  }

  /**
   * @param sure asks the broker how far behind the service is, which is the dearest question of all: it is asked only
   * by who seems to have nothing left. Otherwise the last fetches tell.
   */
  async state({ sure }: { readonly sure: boolean }): Promise<RehearsalState> {
    const { clock, edge, dueWork, database, relay, facts } = this.#parts;
    const read = facts?.state();
    const topics = read?.topics ?? [];
    const pending = database === undefined ? 0 : await outboxPending(database.client);
    const earliestDue = await dueWork.earliestDue();
    const facing = topics.map((topic) => topic.inWork);
    const inHand = [edge.inWork, dueWork.inWork, read?.redriving ?? 0, relay?.state().inHand ? 1 : 0, ...facing];
    const inWork = inHand.reduce((sum, each) => sum + each, 0);
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
        ...factFigures(read),
        ...(await dueWork.counters()),
      },
    };
  }
}

function factFigures(read: { counters: object } | undefined): Record<string, number> {
  if (read === undefined) return {};
  return Object.fromEntries(Object.entries(read.counters).map(([name, figure]) => [`facts.${name}`, Number(figure)]));
}
