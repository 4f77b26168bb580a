import { createHash } from 'node:crypto';
import { isNewer } from '@recapito/messaging';
import { mailboxStates } from '@recapito/capability';
import type { MailboxState } from '@recapito/capability';

/** What the table says of a box. */
export interface TableEntry {
  readonly service: string;
  readonly state: MailboxState;
  /** Mailbox does not know, after a restore, how the box stands. */
  readonly undecided?: boolean;
}

/** A box as a record of the directory states it. */
export interface StatedBox extends TableEntry {
  readonly address: string;
  /** UUID. */
  readonly holder: string;
  readonly epoch: number;
  readonly sequence: number;
}

/** Of a hash, as of a UUID. */
const bytesAHash = 16;
/** Added to the index of the state of a box that is undecided. */
const undecidedMark = 128;
const fullest = 0.75;

/**
 * Every box of the directory in typed arrays: 16 bytes of the SHA-256 of its address, its holder's id (a UUID), its
 * service, its state, and epoch and number of the record that said so: 50 bytes a place, 67 to 100 a box as the table fills.
 * Open addressing; a box is never removed, because an address is never given again.
 */
export class BoxTable {
  #places: number;
  #used = 0;
  #addresses: Buffer;
  #holders: Buffer;
  #services: Uint8Array;
  /** Index into `mailboxStates`, plus one, plus a mark where that is undecided; 0 where nothing stands. */
  #states: Uint8Array;
  #epochs: Float64Array;
  #sequences: Float64Array;
  readonly #serviceNames: string[] = [];

  constructor(places = 1024) {
    this.#places = places;
    this.#addresses = Buffer.alloc(places * bytesAHash);
    this.#holders = Buffer.alloc(places * bytesAHash);
    this.#services = new Uint8Array(places);
    this.#states = new Uint8Array(places);
    this.#epochs = new Float64Array(places);
    this.#sequences = new Float64Array(places);
  }

  /** How many boxes are known. */
  get size(): number {
    return this.#used;
  }

  /** Bytes held by the arrays. */
  get bytes(): number {
    return this.#places * (2 * bytesAHash + 2 + 8 + 8);
  }

  /**
   * Takes what a record says of a box, unless a newer record of its holder has said it already.
   * @rule DIRECTORY-NEWEST
   */
  put(box: StatedBox): void {
    if (this.#used + 1 > this.#places * fullest) this.#grow();
    const place = this.#find(hashed(box.address));
    const known = this.#states[place] !== 0;
    const last = { epoch: this.#epochs[place] ?? 0, number: this.#sequences[place] ?? 0 };
    if (known && !isNewer({ epoch: box.epoch, number: box.sequence }, last)) return;
    if (!known) {
      hashed(box.address).copy(this.#addresses, place * bytesAHash);
      this.#used += 1;
    }
    bytesOf(box.holder).copy(this.#holders, place * bytesAHash);
    this.#services[place] = this.#serviceNumber(box.service);
    this.#states[place] = mailboxStates.indexOf(box.state) + 1 + (box.undecided === true ? undecidedMark : 0);
    this.#epochs[place] = box.epoch;
    this.#sequences[place] = box.sequence;
  }

  /** What is known of an address (lower case); undefined when the directory does not have it. */
  get(address: string): TableEntry | undefined {
    const place = this.#find(hashed(address));
    const number = this.#states[place] ?? 0;
    const state = mailboxStates[(number % undecidedMark) - 1];
    const service = this.#serviceNames[this.#services[place] ?? 0];
    const undecided = number > undecidedMark;
    if (state === undefined || service === undefined) return undefined;
    return { service, state, ...(undecided && { undecided }) };
  }

  /** The id of the holder of a box; undefined when the directory does not have it. */
  holderOf(address: string): string | undefined {
    const place = this.#find(hashed(address));
    if (this.#states[place] === 0) return undefined;
    const at = place * bytesAHash;
    const hex = this.#holders.toString('hex', at, at + bytesAHash);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  /** True when the box belongs to that holder. */
  belongsTo(address: string, holder: string): boolean {
    return this.holderOf(address) === holder.toLowerCase();
  }

  /** The place of a hash, or the free one where it would stand. */
  #find(hash: Buffer): number {
    let place = hash.readUInt32LE(0) % this.#places;
    while (this.#states[place] !== 0) {
      const at = place * bytesAHash;
      if (this.#addresses.compare(hash, 0, bytesAHash, at, at + bytesAHash) === 0) return place;
      place = (place + 1) % this.#places;
    }
    return place;
  }

  #grow(): void {
    const before = {
      addresses: this.#addresses,
      holders: this.#holders,
      services: this.#services,
      states: this.#states,
    };
    const [epochs, sequences, count] = [this.#epochs, this.#sequences, this.#places];
    this.#places = Math.ceil(count * 1.5);
    this.#addresses = Buffer.alloc(this.#places * bytesAHash);
    this.#holders = Buffer.alloc(this.#places * bytesAHash);
    this.#services = new Uint8Array(this.#places);
    this.#states = new Uint8Array(this.#places);
    this.#epochs = new Float64Array(this.#places);
    this.#sequences = new Float64Array(this.#places);
    for (let from = 0; from < count; from++) {
      if (before.states[from] === 0) continue;
      const range = [from * bytesAHash, (from + 1) * bytesAHash] as const;
      const place = this.#find(before.addresses.subarray(...range));
      before.addresses.copy(this.#addresses, place * bytesAHash, ...range);
      before.holders.copy(this.#holders, place * bytesAHash, ...range);
      this.#services[place] = before.services[from] ?? 0;
      this.#states[place] = before.states[from] ?? 0;
      this.#epochs[place] = epochs[from] ?? 0;
      this.#sequences[place] = sequences[from] ?? 0;
    }
  }

  #serviceNumber(name: string): number {
    const known = this.#serviceNames.indexOf(name);
    if (known !== -1) return known;
    if (this.#serviceNames.length === 256) throw new RangeError('the table has room for 256 services');
    return this.#serviceNames.push(name) - 1;
  }
}

/** @throws RangeError when it is no UUID. */
function bytesOf(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  if (bytes.length !== bytesAHash) throw new RangeError(`${uuid} is no UUID`);
  return bytes;
}

function hashed(text: string): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, bytesAHash);
}
