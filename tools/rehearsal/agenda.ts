import type { Instant } from '@recapito/primitives';

/** What somebody does at an instant of the suite. It may put more on the agenda, not before its own instant. */
export interface Appointment {
  readonly at: Instant;
  readonly act: () => Promise<void>;
}

/** Who does what when: appointments of one instant are kept together, in the order in which they were made. */
export class Agenda {
  readonly #byInstant = new Map<Instant, (() => Promise<void>)[]>();

  add({ at, act }: Appointment): void {
    const acts = this.#byInstant.get(at);
    if (acts === undefined) this.#byInstant.set(at, [act]);
    else acts.push(act);
  }

  /** The earliest instant at which somebody does something; null when nobody does. */
  get next(): Instant | null {
    let earliest: Instant | null = null;
    for (const at of this.#byInstant.keys()) if (earliest === null || at < earliest) earliest = at;
    return earliest;
  }

  /** Takes off what was to be done before that instant: it has been done. What is due at it may have been begun. */
  skipBefore(at: Instant): void {
    for (const each of this.#byInstant.keys()) if (each < at) this.#byInstant.delete(each);
  }

  /** Takes what is to be done at that instant off the agenda. */
  take(at: Instant): (() => Promise<void>)[] {
    const acts = this.#byInstant.get(at) ?? [];
    this.#byInstant.delete(at);
    return acts;
  }
}
