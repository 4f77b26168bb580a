import { createHash } from 'node:crypto';
import { readSecret } from '@recapito/platform';

/** The file of the keys from which identity makes secrets again: a key a line, 32 bytes in hex, the newest first. */
const firstAccessKeyFile = 'first-access.key';

/** One of the keys. */
export interface FirstAccessKey {
  /** Names the key without telling it: the first sixteen digits of its SHA-256. Kept with whatever was made by the key. */
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * The keys from which secrets are made again instead of being kept. The newest makes what is new; each stays for what was
 * made by it, until it is taken out of the file. What was made before keys had ids was made by the oldest.
 * @rule FIRST-ACCESS-KEYS
 */
export class FirstAccessKeys {
  readonly all: readonly FirstAccessKey[];
  readonly newest: FirstAccessKey;
  readonly oldest: FirstAccessKey;

  /** @param keys 32 bytes each, the newest first @throws RangeError when there is none, or one of another length */
  constructor(keys: readonly Buffer[]) {
    if (keys.some(({ length }) => length !== 32)) throw new RangeError(`a key of ${firstAccessKeyFile} has 32 bytes`);
    this.all = keys.map((bytes) => ({ id: createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes }));
    const [newest] = this.all;
    const oldest = this.all.at(-1);
    if (newest === undefined || oldest === undefined) throw new RangeError(`${firstAccessKeyFile} holds no key`);
    this.newest = newest;
    this.oldest = oldest;
  }

  /** Reads them from the folder of secrets. @throws Error when a line is no key, or others may read the file */
  static read(secrets: string): FirstAccessKeys {
    const lines = readSecret(secrets, firstAccessKeyFile).split(/\s+/);
    if (!lines.every((line) => /^[0-9a-f]{64}$/i.test(line)))
      throw new RangeError(`${firstAccessKeyFile} has a line that is not 32 bytes in hex`);
    return new FirstAccessKeys(lines.map((line) => Buffer.from(line, 'hex')));
  }

  /** The key of an id, null for what was made before there were ids; undefined when it is not there any more. */
  find(id: string | null): FirstAccessKey | undefined {
    return id === null ? this.oldest : this.all.find((key) => key.id === id);
  }
}
