import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What an entry of the trace says, and the day under which it is filed. */
export interface Entry {
  readonly day: string;
  readonly salt: Buffer;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly headers: readonly (readonly [string, Buffer | null])[];
  readonly value: Buffer | null;
}

export const origin = 'gestore.example/trace';

/** A key pair, and its public half as the verifier takes it. */
export function signingKey(name = origin): {
  readonly secret: KeyObject;
  readonly verifier: string;
  readonly id: Buffer;
} {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const bytes = Buffer.concat([Buffer.of(1), Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')]);
  const id = sha256(Buffer.from(`${name}\n`), bytes).subarray(0, 4);
  return { secret: privateKey, verifier: `${name}+${id.toString('hex')}+${bytes.toString('base64')}`, id };
}

/** `count` entries of every shape, spread evenly over three days of 2010. */
export function someEntries(count: number): Entry[] {
  const days = ['2010-08-02', '2010-08-03', '2010-09-15'];
  return Array.from({ length: count }, (_, index) => ({
    day: days[Math.floor((index * days.length) / count)] ?? '',
    salt: sha256(Buffer.from(`salt ${index}`)).subarray(0, 16),
    topic: index % 2 === 0 ? 'identity.holders.v1' : 'migration.moves.v1',
    partition: index % 12,
    offset: Math.floor(index / 12),
    key: index % 7 === 0 ? null : Buffer.from(`key ${index}`),
    headers: [
      ['ce_id', Buffer.from(`id ${index}`)],
      ['perché', index % 3 === 0 ? null : Buffer.from([index % 256, 0, 10])],
    ],
    value: index % 11 === 0 ? null : Buffer.from(JSON.stringify({ number: index })),
  }));
}

/** Writes a trace the slow and obvious way: the recursive definition of the tree, every hash from the leaves. */
export async function writeTrace(folder: string, entries: readonly Entry[], key = signingKey()): Promise<void> {
  const leaves = entries.map(leafOf);
  const files = new Map([['checkpoint', checkpointOf(entries, key)]]);
  for (const [index, entry] of entries.entries()) {
    const path = `entries/${entry.day}.ndjson`;
    files.set(path, (files.get(path) ?? '') + lineOf(index, entry));
  }
  for (const [path, content] of files) await put(folder, path, content);
  for (let level = 0; 256 ** level <= leaves.length; level += 1) {
    const span = 256 ** level;
    const hashes = Array.from({ length: Math.floor(leaves.length / span) }, (_, at) =>
      rootOf(leaves.slice(at * span, (at + 1) * span)),
    );
    for (let tile = 0; tile * 256 < hashes.length; tile += 1) {
      const row = hashes.slice(tile * 256, (tile + 1) * 256);
      const name = `tile/${level}/${String(tile).padStart(3, '0')}${row.length < 256 ? `.p/${row.length}` : ''}`;
      await put(folder, name, Buffer.concat(row));
    }
  }
}

/** The signed note over the first `entries`. */
export function checkpointOf(entries: readonly Entry[], key: ReturnType<typeof signingKey>): string {
  const text = `${origin}\n${entries.length}\n${rootOf(entries.map(leafOf)).toString('base64')}\n`;
  const signature = Buffer.concat([key.id, sign(null, Buffer.from(text), key.secret)]);
  return `${text}\n— ${origin} ${signature.toString('base64')}\n`;
}

function lineOf(index: number, entry: Entry): string {
  const encoded = (bytes: Buffer | null): string => (bytes === null ? 'null' : `"${bytes.toString('base64')}"`);
  const headers = entry.headers.map(([name, value]) => `["${name}",${encoded(value)}]`).join(',');
  return (
    `{"index":${index},"salt":"${entry.salt.toString('base64')}","topic":"${entry.topic}",` +
    `"partition":${entry.partition},"offset":${entry.offset},"key":${encoded(entry.key)},` +
    `"headers":[${headers}],"value":${encoded(entry.value)}}\n`
  );
}

function leafOf(entry: Entry): Buffer {
  const place = Buffer.alloc(12);
  place.writeInt32BE(entry.partition, 0);
  place.writeBigInt64BE(BigInt(entry.offset), 4);
  const headers = entry.headers.flatMap(([name, value]) => [measured(Buffer.from(name)), measured(value)]);
  const count = Buffer.from([0, 0, 0, entry.headers.length]);
  const commitment = sha256(
    entry.salt,
    measured(Buffer.from(entry.topic)),
    measured(entry.key),
    count,
    ...headers,
    measured(entry.value),
    measured(Buffer.from(entry.day)),
    place,
  );
  return sha256(Buffer.of(0, 1), commitment);
}

function measured(bytes: Buffer | null): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes?.length ?? -1);
  return Buffer.concat([length, bytes ?? Buffer.alloc(0)]);
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length < 2) return leaves[0] ?? sha256();
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

async function put(folder: string, path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}
