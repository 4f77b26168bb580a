import { ImapFlow } from 'imapflow';
import { DoorShut, whileShut } from '../patience.ts';

/** Where the mail store takes log-ins. */
export interface MailDoor {
  readonly host: string;
  readonly port: number;
}

/** The mail store said no, with the words that a mail client shows. */
export class LogInRefused extends Error {}

/**
 * A mail client in somebody's hands: logs in, works in the inbox, logs out, and begins anew when the store cannot be
 * reached or asks to come back. The store's certificate is its own, made for this run.
 * @throws LogInRefused
 */
export async function inInbox<Result>(
  door: MailDoor,
  user: string,
  pass: string,
  work: (client: ImapFlow) => Promise<Result>,
): Promise<Result> {
  return whileShut(async () => {
    const client = await loggedIn(door, user, pass);
    try {
      const lock = await client.getMailboxLock('INBOX');
      try {
        return await work(client);
      } finally {
        lock.release();
      }
    } finally {
      await client.logout().catch(() => client.close());
    }
  });
}

/** Codes by which a mail store says that it cannot tell now, whatever the account. */
const comeBack = new Set(['UNAVAILABLE', 'INUSE', 'SERVERBUG']);

async function loggedIn({ host, port }: MailDoor, user: string, pass: string): Promise<ImapFlow> {
  const client = new ImapFlow({
    host,
    port,
    secure: true,
    auth: { user, pass },
    logger: false,
    tls: { rejectUnauthorized: false },
  });
  // imapflow emits an error besides rejecting; nobody else listens.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.close();
    const { responseText, serverResponseCode } = error as { responseText?: string; serverResponseCode?: string };
    if (responseText !== undefined && !comeBack.has(serverResponseCode ?? '')) throw new LogInRefused(responseText);
    throw new DoorShut(`${host}:${port}`, { cause: error });
  }
}

/** Every message in the inbox whose subject has `words`, byte by byte as the store has it, oldest first. */
export async function messagesAbout(client: ImapFlow, words: string): Promise<Buffer[]> {
  const found = await client.search({ subject: words }, { uid: true });
  const messages: Buffer[] = [];
  for (const uid of found === false ? [] : (found ?? [])) {
    const message = await client.fetchOne(String(uid), { source: true }, { uid: true });
    if (message !== false && message?.source !== undefined) messages.push(message.source);
  }
  return messages;
}
