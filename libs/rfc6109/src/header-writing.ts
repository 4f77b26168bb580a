/**
 * Whole header fields as they are sent: lines of printable ASCII, folded below 998 octets, each ended by CRLF. Only this
 * file makes it, so that no value can add a field or end a header.
 * @rule HEADER-WRITING
 */
export type HeaderText = string & { readonly __headerText: unique symbol };

/** A header that has no fields. */
export const noFields = '' as HeaderText;

/** RFC 5322 section 2.1.1, without the CRLF. */
export const longestLine = 998;

/** Where a line is folded when it has a blank there. */
const foldAt = 78;

const fieldName = /^[!-9;-~]{1,100}$/;
const printable = /^[ -~]*$/;
/** A field as another program wrote it: its name, then printable ASCII and TAB, continued on lines that are not blank. */
const inheritable = /^[!-9;-~]+[ \t]*:[\t -~]*(?:\r\n[ \t]+[!-~][\t -~]*)*(?:\r\n)?$/;

/**
 * One header field. The value is folded before blanks where a line is longer than 78 characters, and broken where no
 * line could hold a word of it (a reader then sees one blank more).
 *
 * @throws RangeError when the name is none, or the value holds anything but printable ASCII
 */
export function headerField(name: string, value: string): HeaderText {
  return `${fold(`${name}: ${checked(name, value)}`)}\r\n` as HeaderText;
}

/**
 * One header field whose value is folded between the lines given and nowhere else.
 *
 * @throws RangeError as {@link headerField}, and when a line is longer than 998 characters
 */
export function headerFieldOf(name: string, lines: readonly string[]): HeaderText {
  const written = lines.map((line) => checked(name, line));
  if (written.some((line) => name.length + 2 + line.length > longestLine))
    throw new RangeError(`a line of ${name} is longer than ${longestLine} characters`);
  return `${name}: ${written.join('\r\n ')}\r\n` as HeaderText;
}

function checked(name: string, value: string): string {
  if (!fieldName.test(name)) throw new RangeError(`${JSON.stringify(name)} is not the name of a header field`);
  if (!printable.test(value))
    throw new RangeError(`the value of ${name} is not printable ASCII: ${JSON.stringify(value)}`);
  return value;
}

/**
 * A field of free text behind an ASCII prefix, as `Subject: CONSEGNA: Istanza`. Text beyond printable ASCII goes into
 * encoded words of UTF-8 (RFC 2047), the prefix stays readable. A control character becomes a blank.
 */
export function textField(name: string, prefix: string, text: string): HeaderText {
  const line = withoutControls(text);
  if (line === '') return headerField(name, prefix.trimEnd());
  return headerField(name, prefix + (isPlain(line) ? line : encodedWords(line)));
}

/** The fields in their order, as one header or a piece of one. */
export function joinFields(fields: readonly HeaderText[]): HeaderText {
  return fields.join('') as HeaderText;
}

/**
 * A field of an enclosed message, copied byte for byte; one that ends with the message, before its line does, gets its
 * line end. Null when it is not printable ASCII and TAB in folded lines of at most 998 octets, which nobody may copy.
 */
export function inheritedField(raw: Buffer): HeaderText | null {
  const text = raw.toString('latin1');
  if (!inheritable.test(text) || text.split('\r\n').some((line) => line.length > longestLine)) return null;
  return (text.endsWith('\r\n') ? text : `${text}\r\n`) as HeaderText;
}

/**
 * A parameter of a structured field, in lines for {@link headerFieldOf}: quoted, or as RFC 2231 has it when it must be. Half
 * a pair of surrogates becomes U+FFFD.
 */
export function parameterLines(key: string, value: string): string[] {
  if (/^[ -~]{1,200}$/.test(value) && !value.includes('=?')) return [`${key}="${value.replace(/["\\]/g, '\\$&')}"`];
  const pieces = ["UTF-8''"];
  for (const character of value.toWellFormed()) {
    const escaped = escapedCharacter(character);
    const last = pieces.length - 1;
    const grown = `${pieces[last]}${escaped}`;
    if (grown.length > 60) pieces.push(escaped);
    else pieces[last] = grown;
  }
  if (pieces.length === 1) return [`${key}*=${pieces[0]}`];
  const end = pieces.length - 1;
  return pieces.map((piece, at) => `${key}*${at}*=${piece}${at === end ? '' : ';'}`);
}

/** The bytes of a text whose code units are octets. @throws RangeError above 0xFF, where another octet would be written */
export function latin1Octets(text: string): Buffer {
  const above = /[^\0-\xff]/.exec(text);
  if (above) throw new RangeError(`U+${codeOf(above[0])} at ${above.index} is no octet of a message`);
  return Buffer.from(text, 'latin1');
}

function codeOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}

function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** Printable ASCII that no reader takes for an encoded word and that folding can break. */
function isPlain(text: string): boolean {
  return printable.test(text) && !text.includes('=?') && !/^ | $| {2}/.test(text) && !/\S{200}/.test(text);
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

function escapedCharacter(character: string): string {
  if (/[A-Za-z0-9._-]/.test(character)) return character;
  return Array.from(
    Buffer.from(character, 'utf8'),
    (octet) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

/**
 * Breaks before blanks that a word follows, so that no line is blank; the blanks stay, and unfolding gives the same text
 * back. Blanks at the end are left out.
 */
function fold(line: string): string {
  const whole = line.trimEnd();
  if (whole.length <= foldAt) return whole;
  const [name = '', first = '', ...pieces] = whole.split(/(?= [^ ])/).map(withinLine);
  let width = widthOf(name + first);
  let folded = name + first;
  for (const piece of pieces) {
    const breaks = width + piece.length > foldAt;
    folded += breaks ? `\r\n${piece}` : piece;
    width = breaks || piece.includes('\n') ? widthOf(piece) : width + piece.length;
  }
  return folded;
}

/** A word and the blanks before it, broken where no line could hold it; of so many blanks one is left. */
function withinLine(piece: string): string {
  if (piece.length < 800) return piece;
  return piece.replace(/ {2,}/g, ' ').replace(/[^ ]{790}(?=[^ ])/g, '$&\r\n ');
}

function widthOf(text: string): number {
  return text.length - (text.lastIndexOf('\n') + 1);
}
