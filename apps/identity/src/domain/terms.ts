import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

/** One text that is put before a holder, in one language. */
export interface TermsText {
  /** `contratto` or `informativa-privacy` */
  readonly document: string;
  readonly version: string;
  readonly language: 'it' | 'en';
  /** SHA-256 of the text's bytes, hex. */
  readonly sha256: string;
}

/** What a holder says they have read: the hash ties it to one text of one version in one language. */
export interface TermsAcceptance {
  readonly document: string;
  readonly version: string;
  readonly sha256: string;
}

export type TermsRefusal = Refusal<'terms/other-text' | 'terms/missing'>;

/**
 * The texts that were accepted, one for each document in force; kept as evidence with the instant.
 * Refusals: `terms/other-text` (a version or hash that is not in force), `terms/missing` (`details.document`).
 * @rule TERMS-EVIDENCE
 */
export function judgeAcceptance(
  inForce: readonly TermsText[],
  accepted: readonly TermsAcceptance[],
): readonly TermsText[] | TermsRefusal {
  const texts: TermsText[] = [];
  for (const each of accepted) {
    const text = inForce.find((candidate) => isSameText(candidate, each));
    if (text === undefined) return otherText(each.document);
    texts.push(text);
  }
  const documents = new Set(inForce.map(({ document }) => document));
  for (const document of documents) if (!texts.some((text) => text.document === document)) return missing(document);
  return [...documents].flatMap((document) => texts.find((text) => text.document === document) ?? []);
}

function isSameText(text: TermsText, accepted: TermsAcceptance): boolean {
  return (
    text.document === accepted.document &&
    text.version === accepted.version &&
    text.sha256 === accepted.sha256.toLowerCase()
  );
}

function otherText(document: string): TermsRefusal {
  return refuse(
    'terms/other-text',
    'TERMS-EVIDENCE',
    {
      it: 'Il testo accettato non è quello in vigore: va letto e accettato di nuovo.',
      en: 'The text that was accepted is not the one in force: read and accept it again.',
    },
    { document },
  );
}

function missing(document: string): TermsRefusal {
  return refuse(
    'terms/missing',
    'TERMS-EVIDENCE',
    { it: 'Manca l’accettazione di uno dei documenti.', en: 'One of the documents has not been accepted.' },
    { document },
  );
}
