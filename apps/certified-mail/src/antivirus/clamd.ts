import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** What clamd may say before its answer is taken for none: a verdict is a line. */
const longestAnswer = 4_096;

/** As large as clamd reads at a time. */
const chunkBytes = 65_536;

/**
 * Asks clamd whether bytes hold a virus, by its INSTREAM command on a connection of its own.
 * @returns what it calls the virus, null when it found none.
 * @throws Error for whatever is not a verdict: no connection, an answer that breaks off, a limit of clamd's, an abort.
 */
export async function scanByClamd(
  address: { readonly host: string; readonly port: number },
  bytes: Buffer,
  signal: AbortSignal,
): Promise<string | null> {
  const socket = connect({ ...address, signal });
  try {
    const answer = answerOf(socket);
    socket.write('zINSTREAM\0');
    for (let from = 0; from < bytes.byteLength; from += chunkBytes)
      writeChunk(socket, bytes.subarray(from, from + chunkBytes));
    writeChunk(socket, Buffer.alloc(0));
    return verdictOf(await answer);
  } finally {
    socket.destroy();
  }
}

/** A chunk with its length before it; one without bytes ends the stream. */
function writeChunk(socket: Socket, chunk: Buffer): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.byteLength);
  socket.write(length);
  if (chunk.byteLength > 0) socket.write(chunk);
}

/** What clamd says until its NUL byte, also when it says so before it has read everything. */
async function answerOf(socket: Socket): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    said += text;
    const end = said.indexOf('\0');
    if (end >= 0) resolve(said.slice(0, end));
    else if (said.length > longestAnswer) reject(new Error('clamd does not end its answer'));
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('clamd closed the connection without an answer')));
  return await promise;
}

function verdictOf(answer: string): string | null {
  if (answer === 'stream: OK') return null;
  const virus = /^stream: (.+) FOUND$/.exec(answer)?.[1];
  if (virus === undefined) throw new Error(`clamd gave no verdict: ${answer}`);
  return virus;
}
