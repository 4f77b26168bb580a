import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { request as requestInClear } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { Unavailable } from '@recapito/platform';

/** Where a list is read: a file of this machine, or an address over HTTPS; over HTTP what is signed by itself. */
export interface ListSource {
  /** A path, or a URL that begins with `https://` or `http://`. */
  readonly from: string;
  /** Files (PEM) of the certificate and key that this installation shows there, and of the authority that it trusts. */
  readonly client?: { readonly certificate: string; readonly key: string } | undefined;
  readonly authority?: string | undefined;
  /** Bytes; a longer list is not read. */
  readonly longest: number;
}

/** A source that answers nothing for so long is away. */
const patienceMs = 30_000;

/** Reads what stands there now. @throws Unavailable when it is away, answers anything but 200, or is too long. */
export async function bytesFrom(source: ListSource): Promise<Buffer> {
  try {
    return /^https?:\/\//.test(source.from) ? await overNetwork(source) : await fromFile(source);
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(source.from, error instanceof Error ? error.message : 'cannot be read', error);
  }
}

async function fromFile({ from, longest }: ListSource): Promise<Buffer> {
  const file = await open(from, 'r');
  try {
    if ((await file.stat()).size > longest) throw new Error(`is longer than ${longest} bytes`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function overNetwork({ from, client, authority, longest }: ListSource): Promise<Buffer> {
  const options = {
    ...(client && { cert: readFileSync(client.certificate), key: readFileSync(client.key) }),
    ...(authority !== undefined && { ca: readFileSync(authority) }),
    // A connection of its own: who is asked once a day keeps none open, and sees each certificate that is put in place.
    agent: false,
    signal: AbortSignal.timeout(patienceMs),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const ask = from.startsWith('https://') ? request(from, options, resolve) : requestInClear(from, options, resolve);
    ask.once('error', reject).end();
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`answered ${response.statusCode ?? 'nothing'}`);
  }
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > longest) throw new Error(`is longer than ${longest} bytes`);
    pieces.push(piece);
  }
  const promised = response.headers['content-length'];
  if (promised !== undefined && Number(promised) !== length) throw new Error('was cut short');
  return Buffer.concat(pieces);
}
