import type { CertificationData, CertificationKind } from './certification.ts';
import { decodeText } from './encoded-words.ts';
import { fieldValue } from './header-fields.ts';
import type { Header } from './header-fields.ts';
import { lettersThatAllRead } from './undecoded-subject.ts';

const virus = ' PER VIRUS:';
const limits = [' PER SUP. TEMPO MASSIMO:', ' PER SUPERAMENTO TEMPO MASSIMO:'];
const notDelivered = ['', virus, ...limits].map((cause) => `AVVISO DI MANCATA CONSEGNA${cause || ':'}`);

/** What stands before the subject of the sender, by the kind of message (RFC 6109 sections 3.1 to 3.3). */
const prefixes: Readonly<Record<CertificationKind, readonly string[]>> = {
  accettazione: ['ACCETTAZIONE:'],
  'non-accettazione': ['AVVISO DI NON ACCETTAZIONE:', `AVVISO DI NON ACCETTAZIONE${virus}`],
  'presa-in-carico': ['PRESA IN CARICO:'],
  'avvenuta-consegna': ['CONSEGNA:'],
  'posta-certificata': ['POSTA CERTIFICATA:'],
  'errore-consegna': notDelivered,
  'preavviso-errore-consegna': notDelivered,
  'rilevazione-virus': ['PROBLEMA DI SICUREZZA:'],
};

/**
 * True when Subject is the prefix of its kind and the signed `oggetto`, or the subject of the enclosed original: compared
 * after decoding, in NFC, with blanks folded, since every provider encodes and folds in its own way. One that cannot be
 * decoded without loss agrees when the letters do that every reader shows, and so does an absent one.
 * @rule INCOMING-AGREES
 */
export function agreesWithSubject(
  outer: Header,
  { tipo, oggetto }: Pick<CertificationData, 'tipo' | 'oggetto'>,
  original: Header | null,
): boolean {
  const raw = fieldValue(outer, 'subject');
  if (raw !== null && oggetto !== null && saysAsItStands(raw, { tipo, oggetto })) return true;
  if (raw === null || unsignedSubject(outer, { tipo, oggetto }, original) !== null) return true;
  const said = comparable(raw);
  const inside = original && fieldValue(original, 'subject');
  const meant = [oggetto ?? '', ...(inside === null ? [] : [decodeText(inside).text, inside])].map(folded);
  const wanted = prefixes[tipo].flatMap((prefix) => meant.map((subject) => folded(`${prefix} ${subject}`)));
  if (wanted.includes(said)) return true;
  const isLost = [raw, inside ?? ''].some((text) => decodeText(text).lost);
  if (!isLost) return false;
  const shown = lettersThatAllRead(raw);
  return wanted.some((subject) => lettersThatAllRead(subject) === shown);
}

/** The usual case, and the cheapest to see: the prefix and `oggetto`, letter by letter. */
function saysAsItStands(raw: string, { tipo, oggetto }: { tipo: CertificationKind; oggetto: string }): boolean {
  const said = decodeText(raw).text;
  return prefixes[tipo].some((prefix) => said.startsWith(prefix) && said === `${prefix} ${oggetto}`);
}

/**
 * What Subject says behind its prefix where nothing signed says it, because a provider leaves the subject out of its data and
 * encloses no original; null where something does, or there is nothing to say.
 */
export function unsignedSubject(
  outer: Header,
  { tipo, oggetto }: Pick<CertificationData, 'tipo' | 'oggetto'>,
  original: Header | null,
): string | null {
  if (oggetto !== null || original !== null) return null;
  const said = comparable(fieldValue(outer, 'subject') ?? '');
  const prefix = prefixes[tipo].find((each) => said.startsWith(`${each} `));
  return prefix === undefined ? null : said.slice(prefix.length + 1);
}

/** Whether two subjects are the same one, however they were encoded and folded. */
export function isSameSubject(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function comparable(raw: string): string {
  return folded(decodeText(raw).text);
}

function folded(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}
