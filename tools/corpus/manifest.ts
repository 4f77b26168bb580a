import type { CertificationKind, CertifiedError, Destinatario, ReceiptForm } from '@recapito/rfc6109';

/** The `tipo` of each kind of message, as the manifest names the kinds; an anomaly envelope certifies nothing. */
export const tipoOf = {
  accettazione: 'accettazione',
  'non-accettazione': 'non-accettazione',
  'non-accettazione-virus': 'non-accettazione',
  'posta-certificata': 'posta-certificata',
  'presa-in-carico': 'presa-in-carico',
  'avvenuta-consegna': 'avvenuta-consegna',
  'errore-consegna': 'errore-consegna',
  'errore-consegna-virus': 'errore-consegna',
  'preavviso-12h': 'preavviso-errore-consegna',
  'preavviso-24h': 'preavviso-errore-consegna',
  'rilevazione-virus': 'rilevazione-virus',
  anomalia: null,
} as const satisfies Record<string, CertificationKind | null>;
export type CorpusKind = keyof typeof tipoOf;

/** What is true of one file of the corpus; what it does not have is null. Names and values are those of daticert.xml. */
export interface ManifestEntry {
  readonly file: string;
  readonly kind: CorpusKind;
  readonly tipo: CertificationKind | null;
  readonly errore: CertifiedError | null;
  readonly ricevuta: ReceiptForm | null;
  readonly mittente: string;
  /** To, then Cc. */
  readonly destinatari: readonly Destinatario[];
  readonly consegna: string | null;
  readonly oggetto: string | null;
  readonly identificativo: string | null;
  /** With its angle brackets. */
  readonly msgid: string | null;
  /** RFC 3339 with Rome's offset. */
  readonly data: string;
  /** True when it is the receipt of a recipient in copy. */
  readonly copia: boolean;
}
