import { isUtf8 } from 'node:buffer';
import { refuse } from '@recapito/primitives';
import type { Refusal, Words } from '@recapito/primitives';

/** One attribute as it was read; the same name may stand in an entry several times. */
export interface LdifAttribute {
  /** In lower case, with its options: `providercertificate;binary`. */
  readonly name: string;
  /** As it stands in the file; `valueOf` has the bytes. An index has some hundred thousand of them, looked at once. */
  readonly written: string;
  readonly inBase64: boolean;
  /** The line of the file at which it begins, from 1. */
  readonly line: number;
}

/** One entry of an LDIF file. */
export interface LdifEntry {
  readonly dn: string;
  readonly line: number;
  readonly attributes: readonly LdifAttribute[];
}

/** The bytes of a value. */
export function valueOf({ written, inBase64 }: LdifAttribute): Buffer {
  return Buffer.from(written, inBase64 ? 'base64' : 'utf8');
}

/** A value as text. */
export function textOf(attribute: LdifAttribute): string {
  return attribute.inBase64 ? valueOf(attribute).toString('utf8') : attribute.written;
}

/** One entry to be written: text in UTF-8, bytes always in base64. */
export interface LdifContent {
  readonly dn: string;
  readonly attributes: readonly (readonly [name: string, value: string | Uint8Array])[];
}

/** Why a file is no LDIF of entries: the code that a refusal's details carry, and its words. */
const faults = {
  encoding: { it: 'il testo non è in UTF-8', en: 'the text is not UTF-8' },
  version: { it: 'la versione non è 1', en: 'the version is not 1' },
  'no-dn': { it: 'la voce non comincia con dn', en: 'the entry does not begin with dn' },
  'no-attribute': { it: 'la riga non è un attributo', en: 'the line is no attribute' },
  base64: { it: 'il valore non è in base64', en: 'the value is not base64' },
  reference: { it: 'il valore sta altrove', en: 'the value lies elsewhere' },
  change: { it: 'è una modifica e non una voce', en: 'it is a change and no entry' },
} as const satisfies Record<string, Words>;

type Fault = keyof typeof faults;

/** A line without its folding. */
interface Line {
  readonly text: string;
  readonly number: number;
}

const description = /^[A-Za-z0-9][A-Za-z0-9.-]*(?:;[A-Za-z0-9-]+)*$/;
/** What RFC 2849 calls a SAFE-STRING, without a space at its end. */
const safe = /^(?:[!-9;=-~](?:[ -~]*[!-~])?)?$/;
const foldAt = 76;

/**
 * Reads the entries of an LDIF file (RFC 2849): folded lines, comments, base64, line ends of both kinds, with or without
 * its version. Values in plain UTF-8 are taken as they stand, for directories write them so. Changes, controls and
 * values that lie elsewhere (`:<`) are refused.
 * Refusal: `ldif/malformed`, details `line` (from 1) and `fault`.
 */
export function readLdif(bytes: Uint8Array): LdifEntry[] | Refusal<'ldif/malformed'> {
  if (!isUtf8(bytes)) return malformed(1, 'encoding');
  const entries: LdifEntry[] = [];
  let open: { dn: string; line: number; attributes: LdifAttribute[] } | undefined;
  let first = true;
  for (const line of unfolded(Buffer.from(bytes).toString('utf8'))) {
    if (line.text === '') {
      open = undefined;
      continue;
    }
    const attribute = readAttribute(line);
    if ('fault' in attribute) return malformed(line.number, attribute.fault);
    if (first && attribute.name === 'version') {
      if (textOf(attribute) !== '1') return malformed(line.number, 'version');
    } else if (open) {
      if (attribute.name === 'changetype' || attribute.name === 'control') return malformed(line.number, 'change');
      open.attributes.push(attribute);
    } else {
      if (attribute.name !== 'dn') return malformed(line.number, 'no-dn');
      open = { dn: textOf(attribute), line: line.number, attributes: [] };
      entries.push(open);
    }
    first = false;
  }
  return entries;
}

/** Joins lines that were folded and leaves out comments, folded ones too. Entries end at an empty line. */
function* unfolded(text: string): Generator<Line> {
  let open: Line | undefined;
  for (const [index, physical] of text.split(/\r?\n/).entries()) {
    if (physical.startsWith(' ') && open && open.text !== '') {
      open = { text: open.text + physical.slice(1), number: open.number };
      continue;
    }
    if (open && !open.text.startsWith('#')) yield open;
    open = { text: physical, number: index + 1 };
  }
  if (open && !open.text.startsWith('#')) yield open;
}

function readAttribute({ text, number }: Line): LdifAttribute | { fault: Fault } {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0));
  if (!description.test(name)) return { fault: 'no-attribute' };
  const kind = text[colon + 1];
  if (kind === '<') return { fault: 'reference' };
  const inBase64 = kind === ':';
  let from = colon + (inBase64 ? 2 : 1);
  while (text[from] === ' ') from++;
  const written = text.slice(from);
  if (inBase64 && !isBase64(written)) return { fault: 'base64' };
  return { name: name.toLowerCase(), written, inBase64, line: number };
}

/** Groups of four are not repeated by a pattern: for a value of some megabytes that takes more stack than there is. */
function isBase64(text: string): boolean {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding));
}

/** Writes entries as an LDIF file, version 1, folded at 76 octets, lines ended by LF. */
export function writeLdif(entries: readonly LdifContent[]): Buffer {
  const lines = ['version: 1', ''];
  for (const { dn, attributes } of entries) {
    for (const [name, value] of [['dn', dn] as const, ...attributes]) lines.push(...folded(lineOf(name, value)));
    lines.push('');
  }
  return Buffer.from(lines.join('\n'), 'latin1');
}

function lineOf(name: string, value: string | Uint8Array): string {
  if (typeof value === 'string' && safe.test(value)) return `${name}: ${value}`;
  return `${name}:: ${Buffer.from(value).toString('base64')}`;
}

function folded(line: string): string[] {
  const pieces = [line.slice(0, foldAt)];
  for (let at = foldAt; at < line.length; at += foldAt - 1) pieces.push(` ${line.slice(at, at + foldAt - 1)}`);
  return pieces;
}

/**
 * @rule INDEX-LDIF
 */
function malformed(line: number, fault: Fault): Refusal<'ldif/malformed'> {
  const { it, en } = faults[fault];
  const words = {
    it: `Il file LDIF non è leggibile alla riga ${line}: ${it}.`,
    en: `Line ${line} of the LDIF: ${en}.`,
  };
  return refuse('ldif/malformed', 'INDEX-LDIF', words, { line, fault });
}
