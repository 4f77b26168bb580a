import { Unavailable } from '@recapito/platform';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { IncomingTransaction } from '../application/incoming/receive-incoming.ts';
import { judged, refusedByAll, settings } from './smtp-transport.ts';
import type { Host, Sent } from './smtp-transport.ts';

/**
 * Sends a message that holds bytes beyond ASCII, over a connection of its own: with BODY=8BITMIME, and only to a host that
 * offers it after STARTTLS. What somebody has signed may not be converted on the way.
 * @throws Unavailable when the host does not offer it: another host may, or this one later
 * @throws Error when the host did not judge the message, or put it off
 * @rule EIGHT-BIT-HOSTS
 */
export async function sendEightBit(
  host: Host,
  { reversePath, forwardPath, bytes }: IncomingTransaction,
  signal: AbortSignal,
): Promise<Sent> {
  const connection = new SMTPConnection(settings(host));
  const abort = () => connection.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await connected(connection);
    if (!/^250[ -]8BITMIME\r?$/im.test(String(connection.lastServerResponse)))
      throw new Unavailable(host.serverName, 'does not offer 8BITMIME, and the message may not be converted');
    const envelope = { from: reversePath, to: [...forwardPath], use8BitMime: true, size: bytes.byteLength };
    return judged(await sent(connection, envelope, bytes));
  } catch (error) {
    return refusedByAll(error, forwardPath);
  } finally {
    signal.removeEventListener('abort', abort);
    connection.quit();
  }
}

type Sending = Parameters<SMTPConnection['send']>;

function connected(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    connection.once('end', () => reject(new Error('the host closed the connection')));
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

function sent(connection: SMTPConnection, envelope: Sending[0], bytes: Buffer): Promise<{ rejectedErrors?: unknown }> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('the host closed the connection')));
    connection.send(envelope, bytes, (error, info) => (error ? reject(error) : resolve(info)));
  });
}
