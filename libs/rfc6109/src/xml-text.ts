/** A character that XML 1.0 does not have: control characters other than tab and line ends, and no characters at all. */
const foreign = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** True when XML 1.0 can hold the text. */
export function isXmlText(text: string): boolean {
  return !foreign.test(text);
}

/** The text with a question mark for every character that XML 1.0 cannot hold, as messages of long ago may have. */
export function asXmlText(text: string): string {
  if (isXmlText(text)) return text;
  return Array.from(text, (character) => (isXmlText(character) ? character : '?')).join('');
}
