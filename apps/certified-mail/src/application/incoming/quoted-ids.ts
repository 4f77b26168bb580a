/** More of a bounce is not looked at: what it is about stands at its head and in the header that it quotes. */
const longestLook = 256 * 1024;

/** A bounce quotes one message; of more ids than this the last ones are not looked up. */
const mostIds = 100;

/**
 * The ids that a bounce quotes and that may be of ours, without angle brackets, each once, in the order of the message.
 * @param isOurs whether an id lies in a domain of ours
 */
export function idsQuotedIn(bounce: Buffer, isOurs: (id: string) => boolean): string[] {
  const text = bounce.toString('latin1', 0, longestLook);
  const found = new Set<string>();
  for (const [id] of text.matchAll(/[A-Za-z0-9._-]{1,100}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10}/g)) {
    if (isOurs(id)) found.add(id);
    if (found.size === mostIds) break;
  }
  return [...found];
}
