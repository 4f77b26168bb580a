/** One header field with its CRLF, folded so that no line is longer than it must be (RFC 5322 section 2.2.3). */
export function headerField(name: string, value: string): string {
  return `${fold(`${name}: ${value}`)}\r\n`;
}

/**
 * A field of free text behind an ASCII prefix, as `Subject: CONSEGNA: Istanza`. Text beyond printable ASCII goes into
 * encoded words of UTF-8 (RFC 2047), the prefix stays readable.
 */
export function textField(name: string, prefix: string, text: string): string {
  if (text === '') return headerField(name, prefix.trimEnd());
  return headerField(name, prefix + (isPlain(text) ? text : encodedWords(text)));
}

/** Printable ASCII that no reader takes for an encoded word and that folding can break. */
function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text) && !text.includes('=?') && !/^ | $| {2}/.test(text) && !/\S{200}/.test(text);
}

function encodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    const piece = encodedCharacter(character);
    if (word.length + piece.length > 60) {
      words.push(word);
      word = '';
    }
    word += piece;
  }
  return [...words, word].map((payload) => `=?UTF-8?Q?${payload}?=`).join(' ');
}

function encodedCharacter(character: string): string {
  if (/[A-Za-z0-9!*+/-]/.test(character)) return character;
  if (character === ' ') return '_';
  return Array.from(
    Buffer.from(character, 'utf8'),
    (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

/** Breaks before single spaces, which stay; unfolding gives the same text back. */
function fold(line: string): string {
  const [name = '', first = '', ...pieces] = line.split(/(?= )/);
  let width = name.length + first.length;
  let folded = name + first;
  for (const piece of pieces) {
    const breaks = width + piece.length > 78;
    folded += breaks ? `\r\n${piece}` : piece;
    width = breaks ? piece.length : width + piece.length;
  }
  return folded;
}
