/**
 * The addresses of a list of them (RFC 5322 section 3.4), as they stand; null unless every reader finds the same ones.
 * Quotation marks and comments are closed; an entry is one address, or a name and one address in angle brackets with nothing
 * after it; groups do not stand inside each other, and the name of one holds no `@`. A reader that picks one address out of
 * another text hides those that other readers show.
 * @rule ADDRESS-LIST
 */
export function addressesOf(list: string): string[] | null {
  const plain = withoutQuotesAndComments(list);
  if (plain === null) return null;
  const addresses: string[] = [];
  let inGroup = false;
  for (const [, text = '', separator] of plain.matchAll(/([^,;]*)([,;]?)/g)) {
    const group = groupName.exec(text)?.[0].length ?? 0;
    const address = addressIn(text.slice(group).trim());
    if (address === null || (group > 0 && inGroup)) return null;
    if (address !== '') addresses.push(address);
    inGroup = separator !== ';' && (inGroup || group > 0);
  }
  return addresses;
}

const groupName = /^[^<>@:)[\]\\]*:/;
const addrSpec = /^[^\s"<>@:)[\]\\]+@[^\s"<>@:)[\]\\]+$/;
/** Brackets in a name break the rules; they do no harm where nothing is quoted that a reader could take for an address. */
const named = /^([^<>:)[\]\\]*|[^"@<>:)\\]*)<([^<>]*)>$/;

/** '' of a blank entry, null of one that is none. */
function addressIn(entry: string): string | null {
  if (entry === '' || addrSpec.test(entry)) return entry;
  const [, name = '', text = ''] = named.exec(entry) ?? [];
  const address = text.trim();
  return addrSpec.test(address) && (!name.includes('@') || isSame(name, address)) ? address : null;
}

/** A name that looks like an address is read as one by some, which is no harm when it is the same; some put apostrophes around it. */
function isSame(name: string, address: string): boolean {
  const text = name.trim().toLowerCase();
  return text === address.toLowerCase() || text === `'${address.toLowerCase()}'`;
}

/**
 * A blank in the place of each comment, a quotation mark in that of each quoted string; a local part that needs no quotation
 * marks loses them. Null when a comment or a quoted string has no end.
 */
function withoutQuotesAndComments(list: string): string | null {
  if (!/["()]/.test(list)) return list;
  let plain = '';
  let comments = 0;
  for (let at = 0; at < list.length; at++) {
    const character = list.charAt(at);
    if (comments > 0) {
      if (character === '\\') at++;
      else if (character === '(') comments++;
      else if (character === ')') comments--;
      continue;
    }
    let piece = character;
    if (character === '(') {
      comments++;
      piece = ' ';
    } else if (character === '"') {
      const end = endOfQuoted(list, at + 1);
      if (end === -1) return null;
      if (/[^\s<,;:]/.test(list.charAt(at - 1)) || list.charAt(end + 1) !== '@') piece = '"';
      else piece = localPart.exec(list.slice(at + 1, end))?.[0] ?? '"';
      at = end;
    }
    plain += piece;
  }
  return comments > 0 ? null : plain;
}

const localPart = /^[\w!#$%&'*+/=?^`{|}~.-]{1,64}$/;

/** Where the quotation mark stands that ends a quoted string; -1 when none does. */
function endOfQuoted(list: string, from: number): number {
  for (let at = from; at < list.length; at++) {
    const character = list.charAt(at);
    if (character === '"') return at;
    if (character === '\\') at++;
  }
  return -1;
}
