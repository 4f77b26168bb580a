/** One part of a distinguished name: `o=postacert` is `['o', 'postacert']`. */
export type NamePart = readonly [type: string, value: string];

/** A longer name is not read. */
const longest = 1024;

/** One part: its type, its value as written, and what ends it. */
const part = / *([A-Za-z][A-Za-z0-9-]*) *= *((?:\\[0-9A-Fa-f]{2}|\\[\\",+;<>=# ]|[^\\",+;<>\0])*?) *(,|$)/y;

/** Writes a distinguished name (RFC 4514), the entry's own part first. */
export function writeName(parts: readonly NamePart[]): string {
  return parts.map(([type, value]) => `${type}=${escaped(value)}`).join(',');
}

/**
 * Reads a distinguished name, the entry's own part first; types in lower case, spaces around the parts left out. Null
 * when it is none, or when a part has several attributes, which the index does not use.
 */
export function readName(text: string): NamePart[] | null {
  if (text.length > longest) return null;
  const parts: NamePart[] = [];
  part.lastIndex = 0;
  for (;;) {
    const [, type = '', value = '', end] = part.exec(text) ?? [];
    if (end === undefined) return null;
    parts.push([type.toLowerCase(), unescaped(value)]);
    if (end === '') return parts;
  }
}

function escaped(value: string): string {
  return value.replace(/[\\",+;<>]|^[# ]| $/g, (sign) => `\\${sign}`).replaceAll('\0', '\\00');
}

/** From left to right: two hex digits are one octet of the value's UTF-8, any other sign stands for itself. */
function unescaped(value: string): string {
  return value.replace(/((?:\\[0-9A-Fa-f]{2})+)|\\(.)/gs, (_, octets: string | undefined, sign: string) =>
    octets === undefined ? sign : Buffer.from(octets.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
}
