import { widened } from './source.ts';
import type { Sources } from './source.ts';

export interface SourcePlacesOptions<Guest> {
  /** Places in all. */
  readonly all: number;
  /** Places that one source may have that never succeeded; a known one may have half of all. */
  readonly perSource: number;
  /** Places that only known sources get. */
  readonly kept: number;
  /** Whether a source has succeeded before. */
  readonly known: (sources: Sources) => boolean;
  /** Whether a guest has earned that it keeps its place. */
  readonly spared: (guest: Guest) => boolean;
}

/** Whether there is a place, and whose connection has to end for it. */
export type Place<Guest> = 'entered' | 'no-place' | { readonly instead: Guest };

/** How a door with so many places shares them: a tenth for one stranger, a quarter of all for known sources. */
export function sharedPlaces(all: number): { readonly all: number; readonly perSource: number; readonly kept: number } {
  return { all, perSource: Math.max(2, Math.floor(all / 10)), kept: Math.floor(all / 4) };
}

/**
 * The places of a door, shared by source. A source that has its share, and strangers that have theirs, make room for the
 * next by the oldest guest that did nothing to keep its place: nobody keeps others out by holding on.
 * @rule SOURCE-PLACES
 */
export class SourcePlaces<Guest> {
  readonly #guests = new Map<Guest, Sources>();
  readonly #bySource = new Map<string, number>();
  readonly #options: SourcePlacesOptions<Guest>;

  constructor(options: SourcePlacesOptions<Guest>) {
    this.#options = options;
  }

  get size(): number {
    return this.#guests.size;
  }

  /** Gives a guest a place. Where `instead` is returned, that guest has lost its own: its connection is to be ended. */
  enter(guest: Guest, sources: Sources): Place<Guest> {
    const instead = this.#hasToGoFor(sources);
    if (instead === 'nobody-can') return 'no-place';
    if (instead !== 'nobody') this.leave(instead.guest);
    this.#guests.set(guest, sources);
    for (const source of sources) this.#bySource.set(source, this.#countOf(source) + 1);
    return instead === 'nobody' ? 'entered' : { instead: instead.guest };
  }

  /** The guest's place is free; nothing happens when it had none. */
  leave(guest: Guest): void {
    const sources = this.#guests.get(guest);
    if (sources === undefined) return;
    this.#guests.delete(guest);
    for (const source of sources) {
      const left = this.#countOf(source) - 1;
      if (left > 0) this.#bySource.set(source, left);
      else this.#bySource.delete(source);
    }
  }

  #hasToGoFor(sources: Sources): { readonly guest: Guest } | 'nobody' | 'nobody-can' {
    const { all, perSource, kept, known } = this.#options;
    const isKnown = known(sources);
    const full = isKnown
      ? this.#fullOf([sources[0]], Math.max(perSource, Math.floor(all / 2)))
      : this.#fullOf(sources, perSource);
    if (full !== undefined) return this.#weakest((each) => each.includes(full));
    const strangers = isKnown ? 0 : this.#strangers;
    if (this.#guests.size < all && strangers < Math.max(1, all - kept)) return 'nobody';
    return this.#weakest((each) => !known(each));
  }

  /** The source that has its share already. */
  #fullOf(sources: readonly string[], share: number): string | undefined {
    return sources.find((source, place) => this.#countOf(source) >= widened(share, place));
  }

  get #strangers(): number {
    let strangers = 0;
    for (const sources of this.#guests.values()) if (!this.#options.known(sources)) strangers += 1;
    return strangers;
  }

  /** Among these guests, but those that are spared, the oldest of the source that has most. */
  #weakest(which: (sources: Sources) => boolean): { readonly guest: Guest } | 'nobody-can' {
    let weakest: { readonly guest: Guest; readonly places: number } | undefined;
    for (const [guest, sources] of this.#guests) {
      if (!which(sources) || this.#options.spared(guest)) continue;
      const places = Math.max(...sources.map((source) => this.#countOf(source)));
      if (weakest === undefined || places > weakest.places) weakest = { guest, places };
    }
    return weakest ?? 'nobody-can';
  }

  #countOf(source: string): number {
    return this.#bySource.get(source) ?? 0;
  }
}
