import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';

/** A server that tells the time. */
export interface TimeSource {
  readonly host: string;
  readonly port: number;
}

/** The usual port (RFC 4330 section 4). */
const ntpPort = 123;

const packetBytes = 48;
/** No warning, version 4, a client. */
const clientMode = (4 << 3) | 3;
/** NTP counts from 1900, and from February 2036 on anew (RFC 4330 section 3). */
const secondsBefore1970 = 2_208_988_800;
const secondsOfAnEra = 2 ** 32;

/** Reads `host`, `host:port` or `[address]:port`. @throws RangeError when it is none of them */
export function parseTimeSource(text: string): TimeSource {
  const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? ntpPort : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) throw new RangeError(`"${text}" is no host or host:port`);
  return { host, port };
}

/**
 * Asks a server for the time once, by SNTP (RFC 4330).
 *
 * @returns how many milliseconds its clock is ahead of ours; negative when it is behind. Right to half of the way there
 * and back.
 * @throws Error when it does not answer in time, or answers that it does not know.
 */
export async function clockOffset(
  { host, port }: TimeSource,
  { withinMs, now = Date.now }: { readonly withinMs: number; readonly now?: () => number },
): Promise<number> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
  try {
    await connected(socket, { host, port }, withinMs);
    const question = Buffer.alloc(packetBytes);
    question[0] = clientMode;
    // In the place of our time a number that nobody can guess: who has not heard the question cannot answer it.
    const nonce = randomBytes(8);
    nonce.copy(question, 40);
    const answer = answerTo(socket, nonce, withinMs);
    const asked = now();
    socket.send(question);
    const packet = await answer;
    const heard = now();
    return (readTime(packet, 32) - asked + (readTime(packet, 40) - heard)) / 2;
  } finally {
    socket.close();
  }
}

/** Connected, a socket hears its own peer alone, and that nobody is there. */
async function connected(socket: Socket, { host, port }: TimeSource, withinMs: number): Promise<void> {
  await within(withinMs, `${host} has no address in time`, (resolve, reject) => {
    socket.once('error', reject);
    socket.connect(port, host, () => resolve(undefined));
  });
}

function answerTo(socket: Socket, nonce: Buffer, withinMs: number): Promise<Buffer> {
  return within(withinMs, 'no answer in time', (resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (packet) => {
      // Whatever does not repeat our number is no answer to us.
      if (packet.length < packetBytes || !packet.subarray(24, 32).equals(nonce)) return;
      if (knowsTheTime(packet)) resolve(packet);
      else reject(new Error('the server says that it does not know the time'));
    });
  });
}

/** A server (mode 4) of a stratum from 1 to 15 that is synchronised and says when it answered. */
function knowsTheTime(packet: Buffer): boolean {
  const [first = 0, stratum = 0] = packet;
  return first >> 6 !== 3 && (first & 7) === 4 && stratum >= 1 && stratum <= 15 && packet.readBigUInt64BE(40) !== 0n;
}

/** A time stamp of 64 bits in milliseconds since 1970; without its highest bit it is of the era that begins in 2036. */
function readTime(packet: Buffer, at: number): number {
  const seconds = packet.readUInt32BE(at);
  const era = seconds >= secondsOfAnEra / 2 ? 0 : secondsOfAnEra;
  return (seconds + era - secondsBefore1970) * 1_000 + (packet.readUInt32BE(at + 4) * 1_000) / secondsOfAnEra;
}

async function within<Result>(
  milliseconds: number,
  words: string,
  work: (resolve: (result: Result) => void, reject: (error: Error) => void) => void,
): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const late = setTimeout(() => reject(new Error(words)), milliseconds);
  work(resolve, reject);
  return await promise.finally(() => clearTimeout(late));
}
