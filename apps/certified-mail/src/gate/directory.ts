import type { DataOf, directoryCensus, directoryRecord } from '@recapito/contracts';
import { partitions } from '@recapito/contracts';
import { addDigests, digestText, isNewer, stateDigest, subtractDigest } from '@recapito/messaging';
import type { Standing } from '@recapito/messaging';
import { BoxTable } from './box-table.ts';
import { HolderTable } from './holder-table.ts';

/** What a record of the directory states of one holder. */
export interface HolderRecord extends Standing {
  readonly key: string;
  readonly partition: number;
  readonly data: DataOf<typeof directoryRecord>;
}

/** A record of a census, as it stands in one partition. */
export interface CensusRecord extends Standing {
  readonly partition: number;
  readonly data: DataOf<typeof directoryCensus>;
}

/** A census that has been read in every partition. */
export interface Census extends Standing {
  /** What mailbox says that the directory holds. */
  readonly said: DataOf<typeof directoryCensus>;
  /** Whether the same was held here when the records before the census had been read. */
  readonly agrees: boolean;
}

interface Sum {
  readonly holders: number;
  readonly boxes: number;
  readonly digest: bigint;
}

const nothing: Sum = { holders: 0, boxes: 0, digest: 0n };

/**
 * The directory as far as it was read: of each holder the newest record, and whether that is all that there is. A census
 * stands in each partition behind the records that it counts. What a partition held there is kept until the census has
 * been read in all of them; only then are their sums compared with it.
 * @rule CENSUS-AGREES
 */
export class Directory {
  readonly boxes = new BoxTable();
  readonly #holders = new HolderTable();
  readonly #sums: Sum[] = Array.from({ length: partitions }, () => nothing);
  #open: { readonly record: CensusRecord; readonly sums: Map<number, Sum> } | undefined;
  #census: Census | undefined;

  /** The last census that has been read in every partition; undefined before the first, and in a topic that was made again. */
  get census(): Census | undefined {
    return this.#census;
  }

  get holders(): number {
    return this.#holders.size;
  }

  /** Takes a record, unless a newer one of its holder is known. @throws RangeError when its key is no UUID */
  take({ key, partition, epoch, number, data }: HolderRecord): void {
    const before = this.#holders.get(key);
    if (before !== undefined && !isNewer({ epoch, number }, before)) return;
    const entry = { partition, epoch, number, boxes: data.boxes.length };
    this.#holders.put(key, entry);
    if (before !== undefined) this.#change(before.partition, subtracted, { key, ...before });
    this.#change(partition, together, { key, ...entry });
    const { holder, undecided = false } = data;
    for (const box of data.boxes) this.boxes.put({ ...box, holder, undecided, epoch, sequence: number });
  }

  /** Takes a record of a census, unless a newer census is known or it was read in this partition before. */
  takeCensus(record: CensusRecord): void {
    if (this.#open === undefined || isNewer(record, this.#open.record)) this.#open = { record, sums: new Map() };
    const { record: open, sums } = this.#open;
    if (isNewer(open, record) || sums.has(record.partition)) return;
    sums.set(record.partition, this.#sums[record.partition] ?? nothing);
    if (sums.size < partitions) return;
    const held = [...sums.values()].reduce(together, nothing);
    this.#census = {
      epoch: record.epoch,
      number: record.number,
      said: record.data,
      agrees: isWhatIsSaid(held, record),
    };
  }

  /** The topic was made again: what was read stays known, and nothing is sure before the next census. */
  beginAgain(): void {
    this.#open = undefined;
    this.#census = undefined;
  }

  #change(
    partition: number,
    how: typeof together,
    holder: Standing & { readonly key: string; readonly boxes: number },
  ) {
    const { key, boxes } = holder;
    this.#sums[partition] = how(this.#sums[partition] ?? nothing, {
      holders: 1,
      boxes,
      digest: stateDigest(key, holder),
    });
  }
}

function together(one: Sum, other: Sum): Sum {
  return {
    holders: one.holders + other.holders,
    boxes: one.boxes + other.boxes,
    digest: addDigests(one.digest, other.digest),
  };
}

function subtracted(one: Sum, other: Sum): Sum {
  return {
    holders: one.holders - other.holders,
    boxes: one.boxes - other.boxes,
    digest: subtractDigest(one.digest, other.digest),
  };
}

function isWhatIsSaid({ holders, boxes, digest }: Sum, { data }: CensusRecord): boolean {
  return holders === data.holders && boxes === data.boxes && digestText(digest) === data.digest;
}
