import { textOf } from './charset.ts';

/** A text of a header as a person reads it. */
export interface DecodedText {
  /** Without control characters, which are blanks here, and without blanks at its ends. */
  readonly text: string;
  /** True when a piece could not be decoded: it stands in `text` as it stands in the header. */
  readonly lost: boolean;
}

const word = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,60})?\?([BbQq])\?([^?\r\n]*)\?=/g;

const beginOfWord = /=\?[^?\s]+\?[BbQq]\?/;

/** Encoded words of one charset that follow each other, or text between such. */
interface Run {
  readonly charset: string | null;
  /** As it stands in the header, with the blanks between its words. */
  raw: string;
  /** Blanks between this run and the one before, which belong to neither when both are decoded. */
  readonly gap: string;
  readonly words: { readonly encoding: 'B' | 'Q'; readonly payload: string }[];
}

/**
 * The value of an unstructured field, unfolded, with its encoded words decoded (RFC 2047). Words of one charset that
 * follow each other are one sequence of octets: many programs split a text inside a character. What cannot be decoded
 * without loss is kept as it stands, and `lost` says so.
 * @rule DECODED-WHOLE
 */
export function decodeText(value: string): DecodedText {
  if (!value.includes('=?')) return shown([{ text: value, decoded: false, gap: '' }], false);
  const pieces: Piece[] = [];
  let lost = false;
  for (const run of runsOf(value)) {
    const decoded = run.charset === null ? null : decodedRun(run);
    if (decoded === null && (run.charset !== null || holdsLookalike(run.raw))) lost = true;
    pieces.push({ text: decoded ?? run.raw, decoded: decoded !== null, gap: run.gap });
  }
  return shown(pieces, lost);
}

/**
 * What some readers decode all the same, as a word with a question mark inside. Where the first one has no end none has.
 * @rule HEADER-COST
 */
function holdsLookalike(text: string): boolean {
  const begin = beginOfWord.exec(text);
  return begin !== null && text.includes('?=', begin.index + begin[0].length);
}

interface Piece {
  readonly text: string;
  readonly decoded: boolean;
  readonly gap: string;
}

function shown(pieces: readonly Piece[], lost: boolean): DecodedText {
  let whole = '';
  for (const [at, { text, decoded, gap }] of pieces.entries())
    whole += decoded && pieces[at - 1]?.decoded === true ? text : gap + text;
  const text = whole.replace(/\p{Cc}/gu, ' ').trim();
  return { text, lost };
}

function runsOf(value: string): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const match of value.matchAll(word)) {
    const [raw, label = '', letter = '', payload = ''] = match;
    const charset = label.toLowerCase();
    const between = value.slice(at, match.index);
    const before = runs.at(-1);
    const follows = before !== undefined && before.charset !== null && /^[ \t]*$/.test(between);
    const next = { encoding: letter.toUpperCase() === 'B' ? 'B' : 'Q', payload } as const;
    at = match.index + raw.length;
    if (follows && before.charset === charset) {
      before.raw += between + raw;
      before.words.push(next);
      continue;
    }
    if (!follows && between !== '') runs.push({ charset: null, raw: between, gap: '', words: [] });
    runs.push({ charset, raw, gap: follows ? between : '', words: [next] });
  }
  if (at < value.length) runs.push({ charset: null, raw: value.slice(at), gap: '', words: [] });
  return runs;
}

function decodedRun({ charset, words }: Run): string | null {
  const octets: Buffer[] = [];
  let waiting = '';
  for (const { encoding, payload } of words) {
    if (encoding === 'Q') {
      if (waiting !== '') return null;
      octets.push(quotedOctets(payload));
      continue;
    }
    const letters = waiting + payload.replace(/[ \t]+/g, '');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(letters)) return null;
    waiting = endsInsideOctet(letters) ? letters : '';
    if (waiting === '') octets.push(Buffer.from(letters, 'base64'));
  }
  return waiting === '' ? textOf(charset ?? '', Buffer.concat(octets)) : null;
}

/** Base64 without padding that was cut inside an octet: it goes on in the next word. */
function endsInsideOctet(letters: string): boolean {
  if (letters.endsWith('=')) return false;
  const rest = letters.length % 4;
  if (rest === 0) return false;
  const left = rest === 2 ? 0x0f : 0x03;
  return rest === 1 || (sextet(letters.charCodeAt(letters.length - 1)) & left) !== 0;
}

function sextet(code: number): number {
  return 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.indexOf(String.fromCharCode(code));
}

function quotedOctets(payload: string): Buffer {
  const octets = Buffer.from(payload.replaceAll('_', ' '), 'utf8').toString('latin1');
  const plain = octets.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}
