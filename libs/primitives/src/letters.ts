const marks = /\p{Mark}/gu;

/**
 * Latin letters that Unicode does not decompose into a base letter and a mark. The first six are ours; the others are
 * written as passports write them (ICAO Doc 9303, part 3, section 6), and where that names none, by their base letter.
 */
const undecomposed: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ł', 'l'],
  ['ı', 'i'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ħ', 'h'],
  ['ŧ', 't'],
  ['ŋ', 'n'],
  ['ĸ', 'k'],
  ['ə', 'e'],
  ['ǝ', 'e'],
  ['ɛ', 'e'],
  ['ɔ', 'o'],
  ['ɓ', 'b'],
  ['ɖ', 'd'],
  ['ɗ', 'd'],
  ['ƒ', 'f'],
  ['ɠ', 'g'],
  ['ɣ', 'g'],
  ['ǥ', 'g'],
  ['ɦ', 'h'],
  ['ɨ', 'i'],
  ['ɩ', 'i'],
  ['ƙ', 'k'],
  ['ƚ', 'l'],
  ['ɲ', 'n'],
  ['ɵ', 'o'],
  ['ƥ', 'p'],
  ['ɍ', 'r'],
  ['ƭ', 't'],
  ['ʈ', 't'],
  ['ʉ', 'u'],
  ['ʊ', 'u'],
  ['ʋ', 'v'],
  ['ƴ', 'y'],
  ['ɏ', 'y'],
  ['ƶ', 'z'],
  ['ʒ', 'z'],
]);

const letters = new RegExp(`[${[...undecomposed.keys()].join('')}]`, 'gu');

/**
 * A person's name without diacritics, in lower case: `Nicolò` gives `nicolo`, `Łukasz` gives `lukasz`, `Þór` gives `thor`.
 * Everything that is no letter (spaces, apostrophes, hyphens) is left where it stands, and so is a letter that the table
 * lacks. How the tax registry itself transliterates foreign letters is not known to us: this is an approximation, good
 * for comparing and addressing.
 * @rule NAME-LETTERS
 */
export function withoutDiacritics(name: string): string {
  const lower = name.normalize('NFKD').replace(marks, '').toLowerCase();
  return lower.replace(letters, (letter) => undecomposed.get(letter) ?? letter);
}

/** The letters and digits of a name that cannot be written in ASCII by that table; none of most names. */
export function foreignLetters(name: string): string[] {
  const found = withoutDiacritics(name).match(/(?![a-z0-9])(?!\p{Lm})[\p{L}\p{N}]/gu) ?? [];
  return [...new Set(found)];
}
