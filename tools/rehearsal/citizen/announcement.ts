import PostalMime from 'postal-mime';

/** What a person takes from the announcement. */
export interface Credentials {
  readonly userId: string;
  readonly firstAccessPassword: string;
}

/**
 * Reads the announcement as its recipient does: opens the transport envelope, then the message in it.
 * @throws Error when it is no envelope or names no credentials.
 */
export async function credentialsIn(envelope: Uint8Array): Promise<Credentials> {
  const text = await textOfOriginal(envelope);
  const userId = /Nome utente: (\S+@\S+)/.exec(text)?.[1];
  const firstAccessPassword = /Password di primo accesso: (\S+)/.exec(text)?.[1];
  if (userId === undefined || firstAccessPassword === undefined)
    throw new Error('the announcement names no credentials');
  return { userId, firstAccessPassword };
}

/** The readable text of the message that an envelope carries. */
export async function textOfOriginal(envelope: Uint8Array): Promise<string> {
  const outer = await PostalMime.parse(envelope, { forceRfc822Attachments: true });
  const original = outer.attachments.find(({ mimeType }) => mimeType === 'message/rfc822');
  if (original === undefined) throw new Error('the message is no transport envelope: it carries no original');
  const content = typeof original.content === 'string' ? Buffer.from(original.content) : original.content;
  const inner = await PostalMime.parse(content);
  return inner.text ?? '';
}
