/** More of a bounce is not looked at: what it is about stands at its head and in the header that it quotes. */
const longestLook = 256 * 1024;

/** A bounce quotes one message; of more ids than this the last ones are not looked up. */
const mostIds = 100;

/** The domain of an id, where it begins. */
const domain = /[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10}/y;

/** Characters before the `@` of an id. */
const longestName = 100;

/**
 * The ids that a bounce quotes and that may be of ours, without angle brackets, each once, in the order of the message. It is
 * looked through from one `@` to the next, so that it costs the same whatever stands between them.
 * @param isOurs whether an id lies in a domain of ours
 * @rule INCOMING-BOUNCE
 */
export function idsQuotedIn(bounce: Buffer, isOurs: (id: string) => boolean): string[] {
  const text = bounce.toString('latin1', 0, longestLook);
  const found = new Set<string>();
  for (let at = text.indexOf('@'); at !== -1 && found.size < mostIds; at = text.indexOf('@', at + 1)) {
    domain.lastIndex = at + 1;
    const [host] = domain.exec(text) ?? [];
    const from = beginOfName(text, at);
    if (host === undefined || from === at) continue;
    const id = `${text.slice(from, at)}@${host}`;
    if (isOurs(id)) found.add(id);
  }
  return [...found];
}

function beginOfName(text: string, at: number): number {
  let from = at;
  while (from > 0 && at - from < longestName && /[A-Za-z0-9._-]/.test(text.charAt(from - 1))) from--;
  return from;
}
