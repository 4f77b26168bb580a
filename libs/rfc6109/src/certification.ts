import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';

/** What a provider certifies: the `tipo` of daticert.xml (RFC 6109 section 4.4). */
export const certificationKinds = [
  'accettazione',
  'non-accettazione',
  'presa-in-carico',
  'avvenuta-consegna',
  'posta-certificata',
  'errore-consegna',
  'preavviso-errore-consegna',
  'rilevazione-virus',
] as const;
export type CertificationKind = (typeof certificationKinds)[number];

/** The `errore` of daticert.xml. */
export const certifiedErrors = ['nessuno', 'no-dest', 'no-dominio', 'virus', 'altro'] as const;
export type CertifiedError = (typeof certifiedErrors)[number];

/** How much of the message the delivery receipt gives back, as the sender asked by `X-TipoRicevuta`. */
export const receiptForms = ['completa', 'breve', 'sintetica'] as const;
export type ReceiptForm = (typeof receiptForms)[number];

/** A recipient of To or Cc; `certificato` when its domain is in the providers' index. */
export const recipientKinds = ['certificato', 'esterno'] as const;
export interface Destinatario {
  readonly indirizzo: string;
  readonly tipo: (typeof recipientKinds)[number];
}

/**
 * What the sender has to know of a message that is certified all the same: its Message-ID cannot be certified, its subject
 * is certified as it is written because it cannot be decoded, it has no Date.
 */
const remarks = ['message-id-lost', 'subject-undecoded', 'date-missing'] as const;
export type Remark = (typeof remarks)[number];

/**
 * What every envelope, receipt and notice about one message repeats. The names are those of daticert.xml, because
 * these values are compared with it letter by letter.
 */
export interface CertifiedMessage {
  /** The id that the sender's provider gave it, without angle brackets; also the envelope's Message-ID. */
  readonly identificativo: string;
  /** The Message-ID that the sender's client had set, with its angle brackets; see `messageIdIn`. */
  readonly msgid: string | null;
  readonly mittente: string;
  /** Every address of To and Cc, each once, in the order of the message. */
  readonly destinatari: readonly Destinatario[];
  /** Where replies go: the Reply-To, or the sender. */
  readonly risposte: string;
  readonly oggetto: string | null;
  readonly ricevuta: ReceiptForm;
  /** What the acceptance receipt says of the message; absent when there is nothing. */
  readonly remarks?: readonly Remark[];
}

/** One daticert.xml. Absent elements are null, absent repetitions empty. */
export interface CertificationData extends Omit<CertifiedMessage, 'ricevuta'> {
  readonly tipo: CertificationKind;
  readonly errore: CertifiedError;
  /** `gestore-emittente`: the display name of the provider that certifies these data. */
  readonly gestore: string;
  /** `data`: whole seconds, written in Italian legal time. */
  readonly at: Instant;
  readonly ricevuta: ReceiptForm | null;
  /** The one recipient delivered to, or tried. */
  readonly consegna: string | null;
  /** The recipients that a provider took in charge. */
  readonly ricezione: readonly string[];
  readonly erroreEsteso: string | null;
}

/** In bytes of JSON: a receipt names its recipients a second time, and a fact of a topic is at most 512 KiB. */
const longestCertified = 200 * 1024;

/** What stands around a text there: its name, quotation marks, and the kind of a recipient. */
const aroundText = 48;

/** Encoded for the header of an envelope it is up to twelve times as long. */
const longestSubject = 8_192;

/**
 * True when so many recipients are named, or the subject is so long, that nothing could be certified of the message in
 * the sizes that headers, certification data and facts have.
 * @rule CERTIFIED-SIZE
 */
export function isTooLargeToCertify(message: Omit<CertifiedMessage, 'ricevuta'>): boolean {
  const { identificativo, msgid, mittente, destinatari, risposte, oggetto } = message;
  if ((oggetto ?? '').length > longestSubject) return true;
  const said = [identificativo, msgid, mittente, risposte, oggetto, ...destinatari.map(({ indirizzo }) => indirizzo)];
  // Most messages are so short that nothing has to be written to know it: a character has three bytes at most.
  if (said.reduce((sum, text) => sum + 3 * (text?.length ?? 0) + aroundText, 0) <= longestCertified) return false;
  return (
    Buffer.byteLength(JSON.stringify([identificativo, msgid, mittente, destinatari, risposte, oggetto])) >
    longestCertified
  );
}

const errorsOf: Record<CertificationKind, readonly CertifiedError[]> = {
  accettazione: ['nessuno'],
  'non-accettazione': ['virus', 'altro'],
  'presa-in-carico': ['nessuno'],
  'avvenuta-consegna': ['nessuno'],
  'posta-certificata': ['nessuno'],
  'errore-consegna': ['no-dest', 'no-dominio', 'virus', 'altro'],
  'preavviso-errore-consegna': ['nessuno', 'altro'],
  'rilevazione-virus': ['virus'],
};

const aboutOneRecipient: ReadonlySet<CertificationKind> = new Set([
  'avvenuta-consegna',
  'errore-consegna',
  'preavviso-errore-consegna',
  'rilevazione-virus',
]);

/**
 * What the DTD lets through and the rules do not: an error that the type cannot have, a delivery without its
 * recipient, a taking in charge of nobody. Refusal: `daticert/contradiction`.
 */
export function contradictionIn(data: CertificationData): Refusal<'daticert/contradiction'> | null {
  if (!errorsOf[data.tipo].includes(data.errore)) return contradiction(`errore="${data.errore}"`, data.tipo);
  if (aboutOneRecipient.has(data.tipo) !== (data.consegna !== null)) return contradiction('consegna', data.tipo);
  if ((data.tipo === 'presa-in-carico') !== data.ricezione.length > 0) return contradiction('ricezione', data.tipo);
  return null;
}

function contradiction(what: string, tipo: CertificationKind): Refusal<'daticert/contradiction'> {
  return refuse(
    'daticert/contradiction',
    'DATICERT-COHERENT',
    {
      it: `I dati di certificazione si contraddicono: ${what} non si accorda con tipo="${tipo}".`,
      en: `The certification data contradict themselves: ${what} does not agree with tipo="${tipo}".`,
    },
    { what, tipo },
  );
}
