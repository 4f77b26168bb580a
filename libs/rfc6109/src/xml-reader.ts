import { isXmlText } from './xml-text.ts';

/** An element of a small XML document: attributes, child elements, and the text directly inside it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const name = '[A-Za-z_][A-Za-z0-9_.-]{0,99}';
const declaration = /^<\?xml\s+version\s*=\s*["']1\.\d["'](?:\s+encoding\s*=\s*["']([A-Za-z0-9._-]+)["'])?[^<>]*\?>/;
const token = new RegExp(
  `<!--(?:(?!--)[^])*-->|<!\\[CDATA\\[((?:(?!\\]\\]>)[^])*)\\]\\]>|</(${name})\\s*>|<(${name})((?:\\s+${name}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>|([^<]+)`,
  'y',
);
const attribute = new RegExp(`(${name})\\s*=\\s*("[^"]*"|'[^']*')`, 'g');
const deepest = 8;

/**
 * Reads the XML that certification data are made of: elements, attributes, text, CDATA and comments. A document type,
 * a processing instruction, an entity of its own, an encoding other than UTF-8 and deep nesting are not read, so
 * nothing in a message can make the reader fetch or grow. Null when the text is not such a document.
 */
export function readXml(source: string): XmlElement | null {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  if (!isXmlText(text)) return null;
  const head = declaration.exec(text);
  if (head?.[1] !== undefined && head[1].toUpperCase() !== 'UTF-8') return null;
  const top: XmlElement = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [top];
  token.lastIndex = head?.[0].length ?? 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (!match || !take(open, match)) return null;
  }
  const [root] = top.children;
  return open.length === 1 && top.children.length === 1 && top.text.trim() === '' && root ? root : null;
}

function take(open: XmlElement[], match: RegExpExecArray): boolean {
  const [, cdata, closing, opening, attributes = '', empty, characters] = match;
  const current = open.at(-1);
  if (!current) return false;
  if (closing !== undefined) return open.length > 1 && open.pop()?.name === closing;
  if (opening !== undefined) return openElement(open, current, opening, attributes, empty === '/');
  if (characters === undefined) current.text += cdata ?? '';
  else {
    const plain = characters.includes(']]>') ? null : withReferences(characters);
    if (plain === null) return false;
    current.text += plain;
  }
  return true;
}

function openElement(open: XmlElement[], parent: XmlElement, opening: string, source: string, empty: boolean): boolean {
  const attributes = source === '' ? none : attributesIn(source);
  if (attributes === null) return false;
  const element: XmlElement = { name: opening, attributes, children: [], text: '' };
  parent.children.push(element);
  if (!empty) open.push(element);
  return open.length <= deepest;
}

const none: ReadonlyMap<string, string> = new Map();

/** The attributes of a start tag; null when one is not to be read, or stands twice. */
function attributesIn(source: string): ReadonlyMap<string, string> | null {
  const attributes = new Map<string, string>();
  attribute.lastIndex = 0;
  for (let match = attribute.exec(source); match !== null; match = attribute.exec(source)) {
    const [, key = '', quoted = ''] = match;
    const value = withReferences(quoted.slice(1, -1));
    if (value === null || attributes.has(key)) return null;
    attributes.set(key, value);
  }
  return attributes;
}

const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Resolves character references and the five predefined entities; null when another entity is named. */
function withReferences(text: string): string | null {
  if (!text.includes('&')) return text;
  let known = true;
  const plain = text.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([A-Za-z]+));|&/g, (_, decimal, hex, entity) => {
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    const character = entity === undefined ? characterOf(code) : named.get(String(entity));
    if (character === undefined) known = false;
    return character ?? '';
  });
  return known && isXmlText(plain) ? plain : null;
}

function characterOf(code: number): string | undefined {
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined;
}
