import { ImapFlow } from 'imapflow';

/** Where the mail store takes log-ins. */
export interface MailDoor {
  readonly host: string;
  readonly port: number;
}

/** The mail store said no, with the words that a mail client shows. */
export class LogInRefused extends Error {}

/**
 * A mail client in somebody's hands: logs in, works in the inbox, logs out. The store's certificate is its own, made
 * for this run. @throws LogInRefused
 */
export async function inInbox<Result>(
  { host, port }: MailDoor,
  user: string,
  pass: string,
  work: (client: ImapFlow) => Promise<Result>,
): Promise<Result> {
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
  } catch (error) {
    const said = (error as { responseText?: string }).responseText;
    throw said === undefined ? error : new LogInRefused(said);
  }
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
