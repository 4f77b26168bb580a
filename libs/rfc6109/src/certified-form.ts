import { isRefusal, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { CertificationData } from './certification.ts';
import { longestDaticert, readDaticert } from './daticert-reader.ts';
import type { DaticertRefusal } from './daticert-reader.ts';
import { fieldValue } from './header-fields.ts';
import { contentOf, partsOf } from './mime-entity.ts';
import type { MimeEntity } from './mime-entity.ts';
import { fileNameOf } from './part-name.ts';

/** A message in the form of an envelope, receipt or notice; whether it is to be believed is another question. */
export type CertifiedForm = {
  readonly certification: CertificationData;
  /** Without angle brackets; of an envelope, the identificativo. */
  readonly messageId: string;
} & (
  | { readonly kind: 'envelope'; /** postacert.eml */ readonly original: Buffer }
  | { readonly kind: 'receipt'; /** postacert.eml, where there is one */ readonly original: Buffer | null }
);

/** Why what a provider signed is not in the form of certified mail. */
export type FormRefusal = DaticertRefusal | Refusal<'incoming/malformed'>;

/**
 * Reads what a provider signed: header, certification data and parts, which must agree. Only the parts that lie directly
 * in what was signed are looked at; a receipt inside an enclosed message is content. Refusals: `incoming/malformed`,
 * `daticert/*`.
 * @rule INCOMING-FORM
 */
export function readCertifiedForm(message: MimeEntity, content: MimeEntity): CertifiedForm | FormRefusal {
  const parts = namedParts(content);
  const certification = certificationIn(parts);
  if (isRefusal(certification)) return certification;
  const messageId = messageIdOf(message);
  if (messageId === null) return malformed('Message-ID');
  const original = originalAmong(parts);
  // A message with X-Trasporto is never a receipt, whatever else it bears.
  const carriage = markOf(message, 'x-trasporto');
  if (carriage === null) {
    const mark = markOf(message, 'x-ricevuta');
    return mark === certification.tipo && mark !== 'posta-certificata'
      ? { kind: 'receipt', certification, messageId, original }
      : malformed('X-Ricevuta');
  }
  const whole = certification.tipo === 'posta-certificata' && messageId === certification.identificativo && original;
  return carriage === 'posta-certificata' && whole
    ? { kind: 'envelope', certification, messageId, original }
    : malformed('X-Trasporto');
}

/** The certification data that lie directly in what was signed; null when there are none that can be read. */
export function signedCertification(content: MimeEntity): CertificationData | null {
  const certification = certificationIn(namedParts(content));
  return isRefusal(certification) ? null : certification;
}

function certificationIn(parts: NamedParts): CertificationData | FormRefusal {
  const data = onlyPart(parts, 'daticert.xml');
  // Twice its length leaves room for any encoding and line ends.
  const xml = data && contentOf(data, 2 * longestDaticert);
  return xml ? readDaticert(xml) : malformed('daticert.xml');
}

/** `X-Trasporto` or `X-Ricevuta` in lower case; null without the field. */
export function markOf(message: MimeEntity, name: 'x-trasporto' | 'x-ricevuta'): string | null {
  return fieldValue(message.header, name)?.toLowerCase() ?? null;
}

/**
 * The Message-ID without its angle brackets, which some leave out; null when there is none, it is not printable
 * ASCII, or is longer than any id.
 */
export function messageIdOf(message: MimeEntity): string | null {
  const id = fieldValue(message.header, 'message-id')?.replace(/^<|>$/g, '') ?? '';
  return id === '' || id.length > 400 || /[^ -~]/.test(id) ? null : id;
}

/** postacert.eml, as it lies directly in what was signed; null when there is none, or more than one. */
export function enclosedOriginal(content: MimeEntity): Buffer | null {
  return originalAmong(namedParts(content));
}

type NamedParts = readonly { readonly name: string | undefined; readonly part: MimeEntity }[];

function namedParts(content: MimeEntity): NamedParts {
  return (partsOf(content) ?? []).map((part) => ({ name: fileNameOf(part)?.toLowerCase(), part }));
}

function originalAmong(parts: NamedParts): Buffer | null {
  const attached = onlyPart(parts, 'postacert.eml');
  return attached && contentOf(attached);
}

function onlyPart(parts: NamedParts, name: string): MimeEntity | null {
  const found = parts.filter((candidate) => candidate.name === name);
  return found.length === 1 ? (found[0]?.part ?? null) : null;
}

/** The message lacks what its kind must have, or says two things at once. */
export function malformed(where: string): Refusal<'incoming/malformed'> {
  return refuse(
    'incoming/malformed',
    'INCOMING-FORM',
    {
      it: `Il messaggio firmato non ha la forma di una busta o di una ricevuta (${where}).`,
      en: `The signed message is not in the form of an envelope or receipt (${where}).`,
    },
    { where },
  );
}
