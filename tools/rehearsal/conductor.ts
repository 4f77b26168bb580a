import { setTimeout as pause } from 'node:timers/promises';
import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { publishClock } from '../suite/first-clock.ts';
import type { ClockWriter } from '../suite/first-clock.ts';
import type { Agenda } from './agenda.ts';
import { DoorShut, whileShut } from './patience.ts';
import type { ServiceState, SuiteServices } from './suite-services.ts';

/** The suite did not become quiet: something is stuck, and the message says who. */
export class NeverQuiet extends Error {}

export interface ConductorOptions {
  readonly services: Pick<SuiteServices, 'states'>;
  readonly publisher: ClockWriter;
  /** Told of each instant that the clock shows. */
  readonly moved?: (at: Instant) => void;
  /** How long nothing at all may change before the rehearsal gives up. Default two minutes. */
  readonly patienceMs?: number;
  /** How often the clock has been set before. Default once, as the suite was started. */
  readonly set?: number;
  /** After how long a service that does not show the instant is told again. Default two seconds, longer than a reader takes. */
  readonly againAfterMs?: number;
  /** How many people act at a time. Default 8. */
  readonly hands?: number;
}

type States = Map<string, ServiceState | null>;

/** The services themselves wait before they answer; this is for those that do not answer at all. */
const betweenLooksMs = 10;

/**
 * Moves the suite clock, and nobody else does: from one instant at which something happens to the next, and only when
 * everything that happened before has been worked off by everybody.
 */
export class Conductor {
  readonly #options: ConductorOptions;
  #set: number;
  #shown: Instant | undefined;
  #toldAt = 0;

  constructor(options: ConductorOptions) {
    this.#options = options;
    this.#set = options.set ?? 1;
  }

  /** Sets the clock and waits until every service shows it. */
  async setClock(at: Instant): Promise<void> {
    const { publisher, moved } = this.#options;
    this.#set += 1;
    this.#shown = at;
    // A broker that was away may have the record already: once more says nothing new.
    await whileShut(() =>
      publishClock(publisher, at, this.#set).catch((cause: unknown) => {
        throw new DoorShut('the suite clock', { cause });
      }),
    );
    this.#toldAt = performance.now();
    await this.#look(at, (states) => [...states.values()].every((state) => (state?.clock?.instant ?? 0) >= at));
    moved?.(at);
  }

  /**
   * Lets time pass until `until`: the clock goes to the next appointment or deadline, people act, services work, and
   * only when all is quiet it goes on. Ends with the clock at `until` and everybody quiet.
   */
  async passUntil(until: Instant, agenda: Agenda): Promise<void> {
    for (;;) {
      const due = await this.untilQuiet();
      const next = earliest([due, agenda.next, until]) ?? until;
      await this.setClock(next > until ? until : next);
      await this.#act(agenda.take(next));
      if (next >= until) break;
    }
    await this.untilQuiet();
  }

  /**
   * Waits until nobody has anything in hand, seen twice with equal figures: between the two looks everybody was idle, and
   * in the second the broker itself has said that nothing was left to read. @returns the earliest deadline.
   */
  async untilQuiet(): Promise<Instant | null> {
    let before = '';
    const states = await this.#look(
      'quiet',
      (seen, asked) => {
        const figures = JSON.stringify([...seen]);
        const again = figures === before;
        before = figures;
        return asked && again && quiet(seen);
      },
      (seen) => quiet(seen),
    );
    return earliest([...states.values()].map((state) => state?.earliestDue ?? null));
  }

  /**
   * Looks at everybody until `enough`; gives up when nothing has changed for as long as patience lasts.
   * @param until the state for which the services wait before they answer
   * @param worthAsking whether, after such a look, the services are to ask the broker in the next
   */
  async #look(
    until: 'quiet' | Instant,
    enough: (states: States, asked: boolean) => boolean,
    worthAsking: (states: States) => boolean = () => false,
  ): Promise<States> {
    const { services, patienceMs = 120_000 } = this.#options;
    let changedAt = performance.now();
    // What services know and what the broker says may differ for ever: each is compared with its own last figures.
    const last = { known: '', asked: '' };
    let asking = false;
    for (;;) {
      const states = await services.states(asking ? 'asked' : until);
      if (enough(states, asking)) return states;
      await this.#tellAgain(states);
      const kind = asking ? 'asked' : 'known';
      asking = worthAsking(states);
      const figures = JSON.stringify([...states]);
      if (figures !== last[kind]) changedAt = performance.now();
      last[kind] = figures;
      if (asking) continue;
      if (performance.now() - changedAt > patienceMs) throw new NeverQuiet(whoIsBusy(states));
      await pause(betweenLooksMs);
    }
  }

  /**
   * Says the instant once more to a service that does not show it: a broker that was lost has lost the clock too, which is
   * in no outbox from which it could be published again.
   */
  async #tellAgain(states: States): Promise<void> {
    const { publisher, againAfterMs = 2_000 } = this.#options;
    const at = this.#shown;
    if (at === undefined || performance.now() < this.#toldAt + againAfterMs) return;
    // Nobody answers before the first instant is known.
    if ([...states.values()].every((state) => (state?.clock?.instant ?? 0) >= at)) return;
    this.#toldAt = performance.now();
    // A broker that is away is told at a later look.
    await publishClock(publisher, at, this.#set).catch(() => undefined);
  }

  async #act(acts: readonly (() => Promise<void>)[]): Promise<void> {
    const waiting = [...acts];
    const hand = async () => {
      for (let act = waiting.shift(); act !== undefined; act = waiting.shift()) await act();
    };
    await Promise.all(Array.from({ length: this.#options.hands ?? 8 }, hand));
  }
}

function quiet(states: States): boolean {
  return [...states.values()].every((state) => state !== null && isQuiet(state));
}

function isQuiet({ clock, earliestDue, inWork, outboxPending, consumersLag }: ServiceState): boolean {
  const overdue = clock !== null && earliestDue !== null && earliestDue <= clock.instant;
  return !overdue && inWork + outboxPending + consumersLag === 0;
}

function earliest(instants: readonly (Instant | null)[]): Instant | null {
  const known = instants.filter((at) => at !== null);
  return known.length === 0 ? null : known.reduce((one, other) => (one < other ? one : other));
}

function whoIsBusy(states: Map<string, ServiceState | null>): string {
  const words = [...states].flatMap(([name, state]) => {
    if (state === null) return [`${name} does not answer`];
    if (isQuiet(state)) return [];
    const { inWork, outboxPending, consumersLag, earliestDue } = state;
    const due = earliestDue === null ? '' : `, next due ${formatInstant(earliestDue)}`;
    return [`${name}: ${inWork} in work, ${outboxPending} to publish, ${consumersLag} to read${due}`];
  });
  return `the suite does not become quiet; ${words.length === 0 ? 'figures keep changing' : words.join('; ')}`;
}
