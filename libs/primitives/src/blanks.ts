const blank = String.raw`\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800`;

const edges = new RegExp(`^[${blank}]+|[${blank}]+$`, 'gu');
const blanks = new RegExp(`[${blank}]`, 'gu');

/** Joiners between letters belong to how some names are written. */
const joiners = /(?<=\p{L}\p{M}*)[\u200C\u200D](?=\p{L})/gu;

/**
 * A text without what cannot be seen at its edges: white space, characters that Unicode has renderers ignore (zero-width
 * and bidirectional marks among them), control characters, the empty Braille pattern.
 * @rule CELL-BLANK
 */
export function trimBlanks(text: string): string {
  return text.replace(edges, '');
}

/**
 * The characters inside a text that nobody sees, spaces excepted: they make two equal-looking texts differ.
 * Joiners between two letters are none of them. @returns code points as `U+200E`, each once.
 * @rule CELL-BLANK
 */
export function invisibleIn(text: string): string[] {
  const found = text.replace(joiners, '').match(blanks) ?? [];
  return [...new Set(found)].filter((each) => each !== ' ').map(codePoint);
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
