import { decodeText } from './encoded-words.ts';

const encodedWord = /=\?[^?\s]+\?[BbQq]\?[^?\r\n]*\?=/;

/**
 * True when a subject of which some encoded words cannot be decoded may be the one given: the rest of it stands there in the
 * same order, at its beginning and end.
 *
 * @param fold folds blanks, as they are folded in `subject`
 */
export function mayRead(raw: string, subject: string, fold: (text: string) => string): boolean {
  const [first = '', ...others] = decodeText(raw).text.split(encodedWord).map(fold);
  const last = others.pop();
  if (last === undefined) return first === subject;
  if (!subject.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = subject.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return subject.endsWith(last) && at <= subject.length - last.length;
}
