import { eventsOf, isDeadLetterTopic, isReadingsTopic, topicsWrittenBy } from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import type { ForgottenFact } from './forgotten.ts';
import type { SqlTransaction } from '../sql.ts';

/** Repeats a change by a fact that says it. Resolves to true when the database is now as the fact says; may be repeated. */
export type RepeatChange<Tx, Data> = (tx: Tx, data: Data, fact: ForgottenFact) => Promise<boolean>;

/** What becomes of a fact that a database put back has forgotten. */
export interface ForgottenRule<Tx> {
  readonly event: EventDefinition;
  /**
   * `nothing-kept`: the fact left nothing in the database. `told-again`: what led to it is read again, and comes to the
   * same fact. `operator`: it says too little to repeat the change.
   */
  readonly becomes: 'nothing-kept' | 'told-again' | 'operator' | RepeatChange<Tx, unknown>;
}

/** The change is repeated from the fact. */
export function repeated<Tx, Data>(event: EventDefinition<Data>, repeat: RepeatChange<Tx, Data>): ForgottenRule<Tx> {
  return { event, becomes: (tx, data, fact) => repeat(tx, data as Data, fact) };
}

/** The fact left nothing in the database. */
export function nothingKept(event: EventDefinition): ForgottenRule<unknown> {
  return { event, becomes: 'nothing-kept' };
}

/** A fact of another service led to it, and is read again: the writer appends it with `again`. */
export function toldAgain(event: EventDefinition): ForgottenRule<unknown> {
  return { event, becomes: 'told-again' };
}

/** Nobody can repeat the change from the fact alone. */
export function decidedByOperator(event: EventDefinition): ForgottenRule<unknown> {
  return { event, becomes: 'operator' };
}

/**
 * What a service makes of each fact that it has published and its database has forgotten: a total table over the events of
 * its own topics, so that no event is without a rule.
 * @rule FORGOTTEN-RULES-TOTAL
 */
export class ForgottenRules<Tx extends SqlTransaction = SqlTransaction> {
  readonly #rules: ReadonlyMap<string, ForgottenRule<Tx>>;

  /**
   * @param rules of all events on the service's topics but those that are the same everywhere: dead letters and stopped
   * partitions are found again by reading again, and readings left nothing.
   * @throws Error that names the events without a rule, with two, or of other services.
   */
  constructor(service: string, rules: readonly ForgottenRule<Tx>[]) {
    const own = topicsWrittenBy(service).flatMap((topic) => eventsOf(topic));
    const all: ForgottenRule<Tx>[] = [...own.filter(isSameEverywhere).map(nothingKept), ...rules];
    this.#rules = new Map(all.map((rule) => [nameOf(rule.event), rule]));
    const names = new Set(own.map(nameOf));
    const faults = [
      ...[...names].filter((name) => !this.#rules.has(name)).map((name) => `${name} has no rule`),
      ...all.map(({ event }) => nameOf(event)).filter((name) => !names.has(name)),
      ...(all.length > this.#rules.size ? ['an event has two rules'] : []),
    ];
    if (faults.length > 0) throw new Error(`forgotten facts of ${service}: ${faults.join(', ')}`);
  }

  /** Rebuilds what a fact is about. Resolves to false when it cannot be done now, or not at all. As `RebuildForgotten`. */
  async rebuild(tx: Tx, fact: ForgottenFact): Promise<boolean> {
    const rule = this.#rules.get(nameOf(fact));
    if (rule === undefined || rule.becomes === 'told-again' || rule.becomes === 'operator') return false;
    if (rule.becomes === 'nothing-kept') return true;
    const read = rule.event.data.safeParse(JSON.parse(fact.value));
    return read.success && (await rule.becomes(tx, read.data, fact));
  }
}

function nameOf({ topic, type }: Pick<EventDefinition, 'topic' | 'type'>): string {
  return `${topic}/${type}`;
}

function isSameEverywhere({ topic, type }: EventDefinition): boolean {
  return isDeadLetterTopic(topic) || (isReadingsTopic(topic) && type === 'data-read');
}
