const marks = /\p{Mark}/gu;

/** Latin letters that Unicode does not decompose into a base letter and a mark. */
const undecomposed: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ł', 'l'],
]);

/**
 * A person's name without diacritics, in lower case: `Nicolò` gives `nicolo`, `Łukasz` gives `lukasz`.
 * Everything that is no letter (spaces, apostrophes, hyphens) is left where it stands. How the tax registry itself
 * transliterates foreign letters is not known to us: this is an approximation, good for comparing and addressing.
 */
export function withoutDiacritics(name: string): string {
  const lower = name.normalize('NFD').replace(marks, '').toLowerCase();
  return lower.replace(/[ßæœøđł]/g, (letter) => undecomposed.get(letter) ?? letter);
}
