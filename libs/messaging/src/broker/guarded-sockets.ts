import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const keepAliveMs = 5_000;

/**
 * Connections to brokers that write only while `mayWrite` says yes. kafkajs may hold a request back for seconds (it
 * connects, asks for metadata, retries), and a process may be stopped at any point; so the question is asked in the last
 * statement before the bytes go to the kernel.
 * @rule RELAY-LEASE
 */
export function guardedSockets(mayWrite: () => boolean): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const names = isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl
      ? connectTls({ host, port, ...names, ...ssl }, onConnect)
      : connectTcp({ host, port }, onConnect);
    socket.setKeepAlive(true, keepAliveMs);
    const write = socket.write.bind(socket) as (...parts: unknown[]) => boolean;
    const guarded = (...parts: unknown[]): boolean => {
      if (mayWrite()) return write(...parts);
      socket.destroy(new Error('the lease has ended: nothing is written'));
      return false;
    };
    socket.write = guarded;
    return socket;
  };
}
