import { widened } from './source.ts';
import type { Sources } from './source.ts';

export interface SourcePlacesOptions {
  /** Places in all. */
  readonly all: number;
  /** Places that one source may have that never succeeded; a known one may have half of all. */
  readonly perSource: number;
  /** Places that only known sources get. */
  readonly kept: number;
  /** Whether a source has succeeded before, or is a known provider's. */
  readonly known: (sources: Sources) => boolean;
}

/** Whether there is a place, and whose connection has to end for it. */
export type Place<Guest> = 'entered' | 'no-place' | { readonly instead: Guest };

/** How a door with so many places shares them: a tenth for one stranger, a quarter of all for known sources. */
export function sharedPlaces(all: number): Pick<SourcePlacesOptions, 'all' | 'perSource' | 'kept'> {
  return { all, perSource: Math.max(2, Math.floor(all / 10)), kept: Math.floor(all / 4) };
}

/**
 * The places of a door, shared by source. Where strangers have all that are theirs, the next one takes the place of the
 * connection that is oldest among those of the source that has most: nobody keeps others out by holding on. // SOURCE-PLACES
 */
export class SourcePlaces<Guest> {
  readonly #guests = new Map<Guest, Sources>();
  readonly #bySource = new Map<string, number>();
  readonly #options: SourcePlacesOptions;

  constructor(options: SourcePlacesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#guests.size;
  }

  /** Gives a guest a place. Where `instead` is returned, that guest has lost its own: its connection is to be ended. */
  enter(guest: Guest, sources: Sources): Place<Guest> {
    const { all, known } = this.#options;
    const isKnown = known(sources);
    if (this.#hasItsShare(sources, isKnown)) return 'no-place';
    const room = this.#guests.size < all && (isKnown || this.#strangers().length < this.#forStrangers());
    const instead = room ? undefined : this.#weakest();
    if (!room && instead === undefined) return 'no-place';
    if (instead !== undefined) this.leave(instead);
    this.#guests.set(guest, sources);
    for (const source of sources) this.#bySource.set(source, this.#countOf(source) + 1);
    return instead === undefined ? 'entered' : { instead };
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

  #hasItsShare(sources: Sources, known: boolean): boolean {
    const { all, perSource } = this.#options;
    if (known) return this.#countOf(sources[0]) >= Math.max(perSource, Math.floor(all / 2));
    return sources.some((source, place) => this.#countOf(source) >= widened(perSource, place));
  }

  #forStrangers(): number {
    return Math.max(1, this.#options.all - this.#options.kept);
  }

  #strangers(): [Guest, Sources][] {
    return [...this.#guests].filter(([, sources]) => !this.#options.known(sources));
  }

  /** The oldest stranger of the widest source that has most places. */
  #weakest(): Guest | undefined {
    let weakest: { guest: Guest; places: number } | undefined;
    for (const [guest, sources] of this.#strangers()) {
      const places = Math.max(...sources.map((source) => this.#countOf(source)));
      if (weakest === undefined || places > weakest.places) weakest = { guest, places };
    }
    return weakest?.guest;
  }

  #countOf(source: string): number {
    return this.#bySource.get(source) ?? 0;
  }
}
