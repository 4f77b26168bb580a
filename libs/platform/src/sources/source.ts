import { isIPv4, isIPv6 } from 'node:net';

/**
 * The sources of an address, the narrowest first: an IPv4 address itself; of an IPv6 address the /64, the /56 and the /48,
 * because one customer may hold any of these. The narrowest stands for the client.
 * @rule SOURCE-PREFIXES
 */
export type Sources = readonly [string, ...string[]];

/** Where nothing is known of the address, all clients are one source. */
export const unknownSource: Sources = ['unknown'];

/** A wider source has the limit of the narrowest times this, by its place in `Sources`. */
export function widened(limit: number, place: number): number {
  return limit * 2 ** place;
}

const prefixes = [64, 56, 48] as const;

/** @param address IPv4 or IPv6, also IPv4 mapped into IPv6 and with a zone; anything else is the unknown source. */
export function sourcesOf(address: string | undefined): Sources {
  const [text = ''] = (address ?? '').trim().split('%');
  if (isIPv4(text)) return [text];
  if (!isIPv6(text)) return unknownSource;
  const groups = groupsOf(text);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xff_ff) return [dotted(groups)];
  const [first, ...wider] = prefixes.map((bits) => prefixOf(groups, bits));
  return first === undefined ? unknownSource : [first, ...wider];
}

/** The eight groups of an IPv6 address in any of its spellings. */
function groupsOf(text: string): number[] {
  const plain = text.replace(/\d+\.\d+\.\d+\.\d+$/, (quad) => {
    const [a = 0, b = 0, c = 0, d = 0] = quad.split('.').map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [before = '', after] = plain.split('::');
  const read = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [head, tail] = [read(before), read(after ?? '')];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

function dotted(groups: readonly number[]): string {
  const bytes = groups.slice(6).flatMap((group) => [Math.floor(group / 256), group % 256]);
  return bytes.join('.');
}

function prefixOf(groups: readonly number[], bits: 64 | 56 | 48): string {
  const kept = groups.slice(0, 4).map((group, place) => {
    const inside = Math.min(16, Math.max(0, bits - place * 16));
    return group - (group % 2 ** (16 - inside));
  });
  return `${kept.map((group) => group.toString(16)).join(':')}::/${bits}`;
}
