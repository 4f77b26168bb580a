/**
 * True when every reader finds the same addresses in a list of them (RFC 5322 section 3.4): quotation marks and comments are
 * closed, and an entry is one word, or a name and one address in angle brackets with nothing after it. A parser that picks one
 * address out of another text hides those that other readers show. // ADDRESS-LIST
 */
export function hasOneReading(list: string): boolean {
  const plain = withoutQuotesAndComments(list);
  return plain !== null && plain.split(/[,;]/).every((entry) => isOneEntry(entry.replace(/^[^<>@]*:/, '')));
}

function isOneEntry(entry: string): boolean {
  return /^\s*[^\s<>]*\s*$/.test(entry) || /^[^<>]*<[^<>]+>\s*$/.test(entry);
}

/** Comments left out, each quoted string as one quotation mark; null when one of them has no end. */
function withoutQuotesAndComments(list: string): string | null {
  if (!/["()]/.test(list)) return list;
  let plain = '';
  let comments = 0;
  let quoted = false;
  for (let at = 0; at < list.length; at++) {
    const character = list.charAt(at);
    if (character === '\\' && (quoted || comments > 0)) at++;
    else if (quoted) quoted = character !== '"';
    else if (character === '(') comments++;
    else if (character === ')' && comments > 0) comments--;
    else if (comments === 0) {
      plain += character;
      quoted = character === '"';
    }
  }
  return quoted || comments > 0 ? null : plain;
}
