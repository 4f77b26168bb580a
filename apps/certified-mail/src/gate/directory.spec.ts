import { describe, expect, test } from '@jest/globals';
import { partitions } from '@recapito/contracts';
import { keysOfPartitions, partitionOf } from '@recapito/messaging';
import { derivedId } from '@recapito/primitives';
import { SpokenDirectory } from '@recapito/testing';
import * as fc from 'fast-check';
import { directoryRecord } from '@recapito/contracts';
import { Directory } from './directory.ts';
import type { CensusRecord, HolderRecord } from './directory.ts';

const holders = Array.from({ length: 30 }, (_, nth) => derivedId('spec-holder', String(nth)));

/** What mailbox writes, in order: records of holders, and censuses of all that was said before them. */
class Writer {
  readonly #spoken = new SpokenDirectory();
  readonly #numbers = new Map<string, number>();
  readonly written: (HolderRecord | CensusRecord)[] = [];
  #censuses = 0;

  state(holder: string, epoch = 0, number = (this.#numbers.get(holder) ?? 0) + 1): this {
    this.#numbers.set(holder, number);
    const box = {
      box: holder,
      address: `${holder}@d.example`,
      service: 'cec-pac',
      state: 'active',
      partner: null,
    } as const;
    const data = { holder, boxes: [box] };
    this.#spoken.note(directoryRecord, holder, data, number, epoch);
    this.written.push({ key: holder, partition: partitionOf(holder), epoch, number, data });
    return this;
  }

  census(epoch = 0, said = this.#spoken.count()): this {
    this.#censuses += 1;
    for (const partition of keysOfPartitions('census').keys())
      this.written.push({ partition, epoch, number: this.#censuses, data: said });
    return this;
  }
}

function read(directory: Directory, records: readonly (HolderRecord | CensusRecord)[]): Directory {
  for (const record of records) {
    if ('key' in record) directory.take(record);
    else directory.takeCensus(record);
  }
  return directory;
}

/** The records as a reader gets them: each partition in its order, the partitions in that one. */
function byPartition(records: readonly (HolderRecord | CensusRecord)[], order: readonly number[]) {
  return order.flatMap((partition) => records.filter((record) => record.partition === partition));
}

const allPartitions = Array.from({ length: partitions }, (_, partition) => partition);

describe('the directory', () => {
  // @rule CENSUS-AGREES
  test('is whole in whatever order the partitions are read, while changes go on between censuses and after the last', () => {
    const steps = fc.array(fc.oneof(fc.constantFrom(...holders), fc.constant('census')), { maxLength: 80 });
    const order = fc.shuffledSubarray(allPartitions, { minLength: partitions });
    fc.assert(
      fc.property(steps, order, (said, shuffled) => {
        const writer = new Writer();
        for (const step of [...said, 'census', holders[0] ?? '']) {
          if (step === 'census') writer.census();
          else writer.state(step);
        }
        const { census } = read(new Directory(), byPartition(writer.written, shuffled));
        expect(census).toMatchObject({ agrees: true, number: said.filter((step) => step === 'census').length + 1 });
      }),
      { numRuns: 50 },
    );
  });

  // @rule CENSUS-AGREES
  test('is not whole when any one record before the census is missing, even one that only replaces another', () => {
    const { written } = new Writer()
      .state(holders[0] ?? '')
      .state(holders[1] ?? '')
      .state(holders[0] ?? '')
      .census();
    const records = written.filter((record) => 'key' in record);
    expect(records).toHaveLength(3);
    expect(read(new Directory(), written).census?.agrees).toBe(true);
    for (const lost of records.slice(1)) {
      const rest = written.filter((record) => record !== lost);
      expect(read(new Directory(), rest).census?.agrees).toBe(false);
    }
  });

  test('says nothing before a census has been read in every partition', () => {
    const { written } = new Writer().state(holders[0] ?? '').census();
    expect(read(new Directory(), written.slice(0, -1)).census).toBeUndefined();
  });

  test('keeps the last whole census while only a part of the next one was read', () => {
    const { written } = new Writer()
      .state(holders[0] ?? '')
      .census()
      .state(holders[1] ?? '')
      .census();
    expect(read(new Directory(), written.slice(0, -1)).census).toMatchObject({ number: 1, agrees: true });
  });

  test('is not moved by a repetition of what was read, nor by a census of an earlier epoch', () => {
    const first = new Writer().state(holders[0] ?? '').census().written;
    const { written } = new Writer().state(holders[0] ?? '', 1_283_428_800_000, 1).census(1_283_428_800_000);
    const directory = read(new Directory(), [...first, ...written, ...written, ...first]);
    expect(directory.census).toMatchObject({ epoch: 1_283_428_800_000, agrees: true });
  });

  test('that was made again is as before with its next census, when nothing has changed meanwhile', () => {
    const writer = new Writer()
      .state(holders[0] ?? '')
      .state(holders[1] ?? '')
      .census();
    const directory = read(new Directory(), writer.written);
    const before = writer.written.length;
    directory.beginAgain();
    expect(directory.census).toBeUndefined();
    read(directory, writer.census().written.slice(before));
    expect(directory.census).toMatchObject({ number: 2, agrees: true });
  });

  test('counts as different when mailbox counts other boxes, other holders or other numbers', () => {
    const writer = () => new Writer().state(holders[0] ?? '');
    const right = { holders: 1, boxes: 1, digest: '', calendars: {} };
    const { written } = writer().census();
    const digest = written.flatMap((record) => ('key' in record ? [] : [record.data.digest]))[0] ?? '';
    const verdict = (said: Partial<typeof right>) =>
      read(new Directory(), writer().census(0, { ...right, digest, ...said }).written).census?.agrees;
    expect(verdict({})).toBe(true);
    for (const other of [{ holders: 2 }, { boxes: 2 }, { digest: 'f'.repeat(64) }]) expect(verdict(other)).toBe(false);
  });
});
