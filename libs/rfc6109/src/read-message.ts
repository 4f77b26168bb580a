import { isRefusal, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { CertificationData, CertificationKind } from './certification.ts';
import { enclosedOriginal, markOf, messageIdOf, readCertifiedForm } from './certified-form.ts';
import { readEntity } from './mime-entity.ts';
import { signedPartsOf } from './verification.ts';

/**
 * What a message says that it is. `messageId` is without angle brackets, `original` the postacert.eml inside.
 * - `envelope`: a transport envelope with the original that it carries.
 * - `receipt`: it tells of something that was done; `notice`: of something that could not be.
 * - `anomaly`: marked and signed as a provider's, certifying nothing: an anomaly envelope (`why` is null), or a message
 *   whose header, data and parts contradict each other (`why` says where).
 * - `plain`: ordinary mail; `why` says what it lacks.
 */
export type MessageReading =
  | {
      readonly kind: 'envelope';
      readonly messageId: string;
      readonly certification: CertificationData;
      readonly original: Buffer;
    }
  | {
      readonly kind: 'receipt' | 'notice';
      readonly messageId: string;
      readonly certification: CertificationData;
      readonly original: Buffer | null;
    }
  | {
      readonly kind: 'anomaly';
      readonly messageId: string | null;
      readonly why: Refusal | null;
      readonly original: Buffer | null;
    }
  | { readonly kind: 'plain'; readonly why: Refusal };

const notices: ReadonlySet<CertificationKind> = new Set([
  'non-accettazione',
  'errore-consegna',
  'preavviso-errore-consegna',
  'rilevazione-virus',
]);

/**
 * Sorts any bytes, and never throws. This is what the message *says*: nobody has checked who signed it, which is what
 * `judgeIncoming` does. Beside the bytes given it takes at most twice as much memory again (an encoded original),
 * and 64 MiB; it looks no deeper than into the multipart that was signed.
 * @rule READING-SORTS
 */
export function readMessage(bytes: Buffer): MessageReading {
  const message = readEntity(bytes);
  if (!message) return plain('header');
  const carriage = markOf(message, 'x-trasporto');
  if (carriage === null && markOf(message, 'x-ricevuta') === null) return plain('X-Trasporto, X-Ricevuta');
  const signed = signedPartsOf(message);
  if (!signed) return plain('multipart/signed');
  const messageId = messageIdOf(message);
  if (carriage === 'errore')
    return { kind: 'anomaly', messageId, why: null, original: enclosedOriginal(signed.content) };
  const form = readCertifiedForm(message, signed.content);
  if (isRefusal(form)) return { kind: 'anomaly', messageId, why: form, original: enclosedOriginal(signed.content) };
  const { certification, original } = form;
  if (form.kind === 'receipt') {
    const kind = notices.has(certification.tipo) ? 'notice' : 'receipt';
    return { kind, messageId: form.messageId, certification, original };
  }
  return { kind: 'envelope', messageId: form.messageId, certification, original: form.original };
}

function plain(lacking: string): MessageReading {
  const why = refuse(
    'reading/not-certified',
    'READING-SORTS',
    {
      it: `Il messaggio è di posta ordinaria: manca ciò che distingue la posta certificata (${lacking}).`,
      en: `The message is ordinary mail: it lacks what tells certified mail apart (${lacking}).`,
    },
    { lacking },
  );
  return { kind: 'plain', why };
}
