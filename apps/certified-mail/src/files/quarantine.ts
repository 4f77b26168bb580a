import { createHash } from 'node:crypto';
import { hasSecret, readSecret } from '@recapito/platform';
import { compactDecrypt, CompactEncrypt } from 'jose';
import { Spool } from './spool.ts';

interface Key {
  /** Names the key without telling it. */
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Infected messages, kept aside: one file each, a JWE (RFC 7516, `dir` with A256GCM) that nobody opens without the key.
 * Of several keys the first closes, all open, so that a key can be followed by the next.
 * @rule VIRUS-KEPT-ASIDE
 */
export class Quarantine {
  readonly #files: Spool;
  readonly #keys: readonly Key[];

  /** @param keys 32 bytes each, the one that closes first */
  constructor(folder: string, keys: readonly Buffer[]) {
    this.#files = new Spool(folder);
    this.#keys = keys.map((bytes) => ({ id: createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes }));
  }

  async prepare(): Promise<void> {
    await this.#files.prepare();
  }

  /**
   * Keeps a message; it is on the disk when this resolves. @returns the SHA-256 of its file, in hex.
   * @throws Unavailable when there is no room, Error when there is no key.
   */
  async write(id: string, message: Buffer): Promise<string> {
    const [key] = this.#keys;
    if (key === undefined) throw new Error(`there is no ${quarantineKey} among the secrets`);
    const header = { alg: 'dir', enc: 'A256GCM', kid: key.id };
    const closed = await new CompactEncrypt(message).setProtectedHeader(header).encrypt(key.bytes);
    return await this.#files.write(id, Buffer.from(closed, 'latin1'));
  }

  /** A message as it came. @throws Error when its file is not what was written, or the key is gone. */
  async open(id: string, sha256: string): Promise<Buffer> {
    const file = await this.#files.read(id, sha256);
    const { plaintext } = await compactDecrypt(file.toString('latin1'), ({ kid }) => {
      const key = this.#keys.find((each) => each.id === kid);
      if (key === undefined) throw new Error(`the key ${kid} of the quarantined message ${id} is not there`);
      return key.bytes;
    });
    return Buffer.from(plaintext);
  }

  async erase(id: string): Promise<void> {
    await this.#files.erase(id);
  }

  /** Its files, closed as they are. */
  get files(): Spool {
    return this.#files;
  }
}

/** The secret that closes the quarantine: a key a line, 32 bytes in hex, the one that closes first. */
export const quarantineKey = 'quarantine.key';

/** Reads the keys; none when there is no such file. @throws Error when a line is no key. */
export function quarantineKeys(secrets: string): Buffer[] {
  if (!hasSecret(secrets, quarantineKey)) return [];
  return readSecret(secrets, quarantineKey)
    .split(/\s+/)
    .map((line) => {
      if (!/^[0-9a-f]{64}$/i.test(line))
        throw new RangeError(`${quarantineKey} has a line that is not 32 bytes in hex`);
      return Buffer.from(line, 'hex');
    });
}
