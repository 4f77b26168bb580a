import type { RawRecord } from '../records/codec.ts';
import { factFingerprint } from '../records/fact-fingerprint.ts';
import { markEvery } from '../positions/position-rows.ts';
import type { PositionMove, ReadPartition } from '../positions/position-rows.ts';
import type { ReadingPosition } from '../positions/reading-position.ts';

/** Where a process stands in a partition that was given to it, and what it has read of the partition's row. */
export class Cursor {
  readonly #partition: ReadPartition;
  readonly #generation: number;
  /** Records appended before this instant that have no claim are passed over; null: none are. */
  readonly passBefore: number | null;
  /** The value in the row, as far as this process knows. */
  #saved: bigint;
  #next: bigint;
  #fingerprint: Uint8Array | null;

  constructor(partition: ReadPartition, { generation, next, fingerprint, passBefore }: ReadingPosition) {
    this.#partition = partition;
    this.#generation = generation;
    this.passBefore = passBefore;
    this.#saved = next;
    this.#next = next;
    this.#fingerprint = fingerprint;
  }

  /** The value in the row, as far as this process knows. */
  get saved(): bigint {
    return this.#saved;
  }

  /** Offset of the next record, and the fingerprint of the one before it. */
  get at(): Pick<ReadingPosition, 'generation' | 'next' | 'fingerprint'> {
    return { generation: this.#generation, next: this.#next, fingerprint: this.#fingerprint };
  }

  /** The step that takes the row from the value that was read to behind a record. */
  moveTo(record: RawRecord, fingerprint = factFingerprint(record)): PositionMove {
    const generation = this.#generation;
    return { ...this.#partition, generation, from: this.#saved, offset: BigInt(record.offset), fingerprint };
  }

  /** The transaction that holds the move has committed. */
  moved({ offset, fingerprint }: PositionMove): void {
    this.#saved = offset + 1n;
    this.#next = this.#saved;
    this.#fingerprint = fingerprint;
  }

  /** Passes a record that changes nothing; the next move takes the row past it. */
  pass(record: RawRecord): void {
    this.#next = BigInt(record.offset) + 1n;
    this.#fingerprint = factFingerprint(record);
  }

  /** Whether the row must be moved to behind this record at once: its fingerprint is kept for good. */
  static isMarked(record: RawRecord): boolean {
    return BigInt(record.offset) % markEvery === 0n;
  }
}
