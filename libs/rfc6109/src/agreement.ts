import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { addressParser } from 'postal-mime';
import type { CertifiedForm } from './certified-form.ts';
import type { CertificationData, CertificationKind } from './certification.ts';
import { decodeText } from './encoded-words.ts';
import { addressesIn, fieldsNamed, fieldValue, readHeader, valueOf } from './header-fields.ts';
import type { Header } from './header-fields.ts';
import { isCertifiableId } from './message-id.ts';
import { agreesWithDate } from './outer-date.ts';
import { ambiguityIn, isSentBy } from './outer-form.ts';
import { agreesWithSubject } from './subject-agreement.ts';

/**
 * Compares the outer header, which no signature covers, with what was signed: certification data, the enclosed original and
 * the certificate. Null when they agree. An absent field says nothing, so it contradicts nothing, except From and, in an
 * envelope, the name beside its address. Refusal: `incoming/disagrees`, with the field in `where`.
 *
 * @param author what From names, as `authorOf` reads it
 * @param certified the mail addresses that the certificate names, in lower case
 * @rule INCOMING-AGREES
 */
export function disagreementIn(
  outer: Header,
  form: CertifiedForm,
  author: Author,
  certified: readonly string[],
): Refusal<'incoming/disagrees'> | null {
  const ambiguity = ambiguityIn(outer);
  if (ambiguity !== null) return disagrees(ambiguity);
  const original = form.original === null ? null : readHeader(form.original);
  const { certification } = form;
  if (!agreesWithSubject(outer, certification, original)) return disagrees('Subject');
  if (!agreesWithDate(outer, certification.at, original)) return disagrees('Date');
  if (!agreesWithReference(outer, certification, original)) return disagrees('X-Riferimento-Message-ID');
  if (!author.alone) return disagrees('From');
  const mittente = certification.mittente.toLowerCase();
  if (!isSentBy(outer, [...certified, mittente])) return disagrees('Sender');
  const name = authorName(outer);
  if (form.kind === 'receipt') return name.includes('@') && !certified.includes(name) ? disagrees('From') : null;
  if (name !== `per conto di: ${mittente}`) return disagrees('From');
  if (fieldsNamed(outer, 'x-ricevuta').length > 0) return disagrees('X-Ricevuta');
  if (original === null) return disagrees('To');
  if (!namesTheSame(outer, original, 'to')) return disagrees('To');
  if (!namesTheSame(outer, original, 'cc')) return disagrees('Cc');
  const replies = addressesIn(outer, 'reply-to').addresses;
  const awaited = [certification.risposte.toLowerCase(), mittente];
  const answered = new Set([...awaited, ...addressesIn(original, 'reply-to').addresses]);
  return replies.every((address) => answered.has(address)) ? null : disagrees('Reply-To');
}

/** Who stands in From. */
export interface Author {
  /** In lower case. */
  readonly address: string;
  /** False when somebody else is named beside it, in whatever form. */
  readonly alone: boolean;
}

/** Reads From; null when it holds no address, or several. */
export function authorOf(outer: Header): Author | null {
  const { addresses, malformed } = addressesIn(outer, 'from');
  const [address, ...more] = addresses;
  if (address === undefined || more.length > 0 || fieldsNamed(outer, 'from').length !== 1) return null;
  return { address, alone: !malformed };
}

/** The domain of an id, in lower case: what stands after its last `@`. */
export function domainOfId(identificativo: string): string {
  return identificativo.slice(identificativo.lastIndexOf('@') + 1).toLowerCase();
}

/** The kinds that a service mailbox takes: from provider to provider (RFC 6109 section 2.2.5). */
export const serviceKinds: ReadonlySet<CertificationKind> = new Set(['presa-in-carico', 'rilevazione-virus']);

/** The name beside the address of From, decoded, in lower case; '' when there is none. */
function authorName(outer: Header): string {
  const [from] = fieldsNamed(outer, 'from');
  const [author] = from ? addressParser(valueOf(from), { flatten: true }) : [];
  return decodeText(author?.name ?? '')
    .text.replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

/** The reference is the id of the sender's client, or one that the original bore when it was submitted. */
function agreesWithReference(
  outer: Header,
  { msgid, remarks }: Pick<CertificationData, 'msgid' | 'remarks'>,
  original: Header | null,
): boolean {
  const said = fieldValue(outer, 'x-riferimento-message-id');
  if (said === null) return true;
  // An id that is not read from the data is not read here either.
  if (remarks?.includes('message-id-lost') === true && !isCertifiableId(said)) return true;
  const inside = original && fieldValue(original, 'x-riferimento-message-id');
  return [msgid, inside].some((id) => id !== null && bareId(id) === bareId(said));
}

function bareId(id: string): string {
  return id.trim().replace(/^<|>$/g, '');
}

/**
 * True when a field names the same addresses in both headers. Entries that are no address count on neither side, where the
 * original has such entries.
 */
function namesTheSame(outer: Header, original: Header, name: 'to' | 'cc'): boolean {
  const [outside, inside] = [outer, original].map((header) => fieldsNamed(header, name));
  if (outside?.length === inside?.length && outside?.every(({ raw }, nth) => inside?.[nth]?.raw.equals(raw)))
    return true;
  const [said, meant] = [outer, original].map((header) => addressesIn(header, name));
  if (said?.malformed === true && meant?.malformed === false) return false;
  const [shown, signed] = [new Set(said?.addresses), new Set(meant?.addresses)];
  return shown.size === signed.size && [...shown].every((address) => signed.has(address));
}

/** The answer to what is not shown everywhere as it was signed. */
export function disagrees(where: string): Refusal<'incoming/disagrees'> {
  return refuse(
    'incoming/disagrees',
    'INCOMING-AGREES',
    {
      it: `L’intestazione del messaggio non concorda con i dati firmati dal gestore (${where}).`,
      en: `The header of the message does not agree with what the provider has signed (${where}).`,
    },
    { where },
  );
}
