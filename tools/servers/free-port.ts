import { createServer } from 'node:net';

/** A TCP port of the loopback that nobody listens on at this moment. Whoever takes it must check that it got it. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('the loopback gave no port'));
        else resolve(address.port);
      });
    });
  });
}
