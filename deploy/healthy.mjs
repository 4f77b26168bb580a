// Ends with 0 when the address answers well: an HTTP address with success, an LMTP one with its greeting.
import { connect } from 'node:net';

const address = new URL(process.argv[2]);
const patienceMs = 3_000;

async function greeting() {
  const socket = connect({ host: address.hostname, port: Number(address.port) });
  socket.setTimeout(patienceMs, () => socket.destroy(new Error('no greeting')));
  for await (const words of socket) return words.toString().startsWith('220 ');
  return false;
}

async function answer() {
  const response = await fetch(address, { signal: AbortSignal.timeout(patienceMs) });
  if (!response.ok) process.stderr.write(await response.text());
  return response.ok;
}

try {
  process.exitCode = (await (address.protocol === 'lmtp:' ? greeting() : answer())) ? 0 : 1;
} catch (error) {
  process.stderr.write(error.message);
  process.exitCode = 1;
}
