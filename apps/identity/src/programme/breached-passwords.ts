import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const fileName = 'breached-passwords.sha1';

/** Bytes of a SHA-1. */
const width = 20;

/**
 * Passwords that stand in lists of stolen ones. The file is that of the public lists (“Pwned Passwords”, ordered by hash):
 * a line for each password, its SHA-1 in 40 hexadecimal digits, whatever follows a colon left out, in ascending order.
 * It is kept as the hashes alone, one after the other, and searched by halves.
 * @rule PASSWORD-BREACHED
 */
export class BreachedPasswords {
  readonly #hashes: Buffer;

  private constructor(hashes: Buffer) {
    this.#hashes = hashes;
  }

  /** @throws Error when the file is there and a line is no hash, or out of order. */
  static read(programmes: string): BreachedPasswords {
    const path = join(programmes, fileName);
    if (!existsSync(path)) throw new Error(`${fileName} is not in the folder of programmes`);
    return BreachedPasswords.of(readFileSync(path, 'latin1'));
  }

  /** @param text the content of such a file */
  static of(text: string): BreachedPasswords {
    const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const hashes = Buffer.alloc(lines.length * width);
    let before = '';
    for (const [index, line] of lines.entries()) {
      const [hash = ''] = line.trim().toLowerCase().split(':');
      if (!/^[0-9a-f]{40}$/.test(hash)) throw new Error(`${fileName}: line ${index + 1} is no SHA-1`);
      if (hash <= before) throw new Error(`${fileName}: line ${index + 1} is out of order`);
      hashes.write(hash, index * width, 'hex');
      before = hash;
    }
    return new BreachedPasswords(hashes);
  }

  has(password: string): boolean {
    const wanted = createHash('sha1').update(password, 'utf8').digest();
    let [low, high] = [0, this.#hashes.length / width];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#hashes.compare(wanted, 0, width, middle * width, (middle + 1) * width);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }
}
