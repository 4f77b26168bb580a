// One at a time on this machine. The turn is held by a socket in the kernel's own name space, not by a file: whoever
// holds it and dies, however that happens, has let go of it at once, and nobody has to judge whether it is stale.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Does the work while nobody else on this machine, in this process or another, does anything in turn for the same
 * subject. `waiting` is told each time that it is somebody else's turn.
 */
export async function inTurn(subject, work, waiting = () => undefined) {
  const address = `\0recapito-${createHash('sha256').update(subject).digest('hex')}`;
  let turn = await take(address);
  while (turn === undefined) {
    waiting();
    await pause(25);
    turn = await take(address);
  }
  try {
    return await work();
  } finally {
    await new Promise((resolve) => turn.close(resolve));
  }
}

/** The socket that holds the turn; undefined when somebody else has it. */
async function take(address) {
  const socket = createServer();
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    socket.listen({ path: address, exclusive: true }, () => resolve(socket));
  });
}
