/** True for the characters of XML 1.0: all but the control characters other than tab and line ends. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code < 0xd800 || (code > 0xdfff && code !== 0xfffe && code !== 0xffff);
}

/** True when XML 1.0 can hold the text. */
export function isXmlText(text: string): boolean {
  for (const character of text) if (!isXmlCharacter(character.codePointAt(0) ?? 0)) return false;
  return true;
}

/** The text with every character that XML 1.0 cannot hold replaced by U+FFFD: a subject may contain anything. */
export function asXmlText(text: string): string {
  if (isXmlText(text)) return text;
  return Array.from(text, (character) => (isXmlText(character) ? character : '\uFFFD')).join('');
}
