/** Capital letters and digits that nobody takes for one another on paper: no I and O, no 0 and 1. */
export const unambiguousLetters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** The first characters that random bytes spell in the unambiguous letters, five bits each. @throws RangeError when short. */
export function spell(bytes: Uint8Array, characters: number): string {
  if (bytes.length * 8 < characters * 5)
    throw new RangeError(`${bytes.length} bytes do not spell ${characters} characters`);
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5 && text.length < characters) {
      held -= 5;
      text += unambiguousLetters.charAt((bits >> held) & 31);
    }
    bits &= (1 << held) - 1;
  }
  return text;
}

/** What somebody typed from paper, as it was printed: capitals, without the blanks and hyphens that help reading. */
export function asPrinted(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '');
}
