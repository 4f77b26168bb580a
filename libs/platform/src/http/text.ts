import type { RequestFault } from './problem.ts';

const words = { it: 'contiene un carattere che nessun testo ha', en: 'has a character that no text has' };

/**
 * Where strings of a request hold what no database keeps as text: U+0000, or half a pair of surrogates. Names of fields are
 * looked at too; what is no JSON (a stream, bytes) is not.
 *
 * @param at where the value stands: `body`, or `query`
 * @rule HTTP-TEXT
 */
export function faultsOfText(value: unknown, at: readonly string[]): RequestFault[] {
  const faults: RequestFault[] = [];
  const open: { readonly value: unknown; readonly at: readonly string[] }[] = [{ value, at }];
  // No recursion: a body may be nested deeper than the stack is.
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { at: place } = next;
    if (typeof next.value === 'string') {
      if (!isText(next.value)) faults.push({ at: place.join('.'), words });
    } else if (isParsed(next.value))
      for (const [name, inner] of Object.entries(next.value))
        if (isText(name)) open.push({ value: inner, at: [...place, name] });
        else faults.push({ at: place.join('.'), words });
  }
  return faults.toReversed();
}

function isText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** What a parser made of JSON or of a query, as against bytes and streams. */
function isParsed(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !(Symbol.asyncIterator in value);
}
