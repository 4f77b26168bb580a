import type { Standing } from '@recapito/messaging';

/** What the newest record of a holder says. */
export interface HolderEntry extends Standing {
  /** The partition in which its records stand. */
  readonly partition: number;
  readonly boxes: number;
}

/** Of a UUID. */
const bytesAKey = 16;
const fullest = 0.75;

/**
 * Every holder of the directory in typed arrays: its id (a UUID), epoch and number of its newest record, the partition, and
 * how many boxes the record lists: 36 bytes a place. Open addressing; a holder is never removed.
 */
export class HolderTable {
  #places: number;
  #used = 0;
  #keys: Buffer;
  #epochs: Float64Array;
  #numbers: Float64Array;
  #boxes: Uint16Array;
  /** Plus one; 0 where nothing stands. */
  #partitions: Uint8Array;

  constructor(places = 1024) {
    this.#places = places;
    this.#keys = Buffer.alloc(places * bytesAKey);
    this.#epochs = new Float64Array(places);
    this.#numbers = new Float64Array(places);
    this.#boxes = new Uint16Array(places);
    this.#partitions = new Uint8Array(places);
  }

  get size(): number {
    return this.#used;
  }

  /** What is known of a holder. @throws RangeError when the key is no UUID */
  get(key: string): HolderEntry | undefined {
    return this.#at(this.#find(bytesOf(key)));
  }

  /** Takes the place of what is known of a holder. @throws RangeError when the key is no UUID */
  put(key: string, entry: HolderEntry): void {
    if (this.#used + 1 > this.#places * fullest) this.#grow();
    this.#set(bytesOf(key), entry);
  }

  #at(place: number): HolderEntry | undefined {
    const partition = this.#partitions[place] ?? 0;
    if (partition === 0) return undefined;
    return {
      partition: partition - 1,
      epoch: this.#epochs[place] ?? 0,
      number: this.#numbers[place] ?? 0,
      boxes: this.#boxes[place] ?? 0,
    };
  }

  #set(key: Buffer, { partition, epoch, number, boxes }: HolderEntry): void {
    const place = this.#find(key);
    if (this.#partitions[place] === 0) {
      key.copy(this.#keys, place * bytesAKey);
      this.#used += 1;
    }
    this.#partitions[place] = partition + 1;
    this.#epochs[place] = epoch;
    this.#numbers[place] = number;
    this.#boxes[place] = boxes;
  }

  /** The place of a key, or the free one where it would stand. Ids are random, or hashes: four bytes spread them well. */
  #find(key: Buffer): number {
    let place = key.readUInt32LE(0) % this.#places;
    while (this.#partitions[place] !== 0) {
      const at = place * bytesAKey;
      if (this.#keys.compare(key, 0, bytesAKey, at, at + bytesAKey) === 0) return place;
      place = (place + 1) % this.#places;
    }
    return place;
  }

  #grow(): void {
    const bigger = new HolderTable(Math.ceil(this.#places * 1.5));
    for (let place = 0; place < this.#places; place += 1) {
      const entry = this.#at(place);
      if (entry !== undefined) bigger.#set(this.#keys.subarray(place * bytesAKey, (place + 1) * bytesAKey), entry);
    }
    this.#places = bigger.#places;
    this.#keys = bigger.#keys;
    this.#epochs = bigger.#epochs;
    this.#numbers = bigger.#numbers;
    this.#boxes = bigger.#boxes;
    this.#partitions = bigger.#partitions;
  }
}

function bytesOf(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  if (bytes.length !== bytesAKey) throw new RangeError(`${uuid} is no UUID`);
  return bytes;
}
