import { briefOriginal } from './brief-original.ts';
import type { HashOf } from './brief-hash.ts';
import type { CertifiedMessage, ReceiptForm } from './certification.ts';
import { closingLines, openingLine, quotedSubject } from './readable-text.ts';
import { certify, receiptMessage } from './system-message.ts';
import type { Emission, SystemMessage } from './system-message.ts';

/**
 * Which form a recipient's delivery receipt takes (RFC 6109 section 3.3.2): what the sender asked, to those in To; to
 * those in Cc alone the concise one.
 * @rule RFC6109-3.3.2
 */
export function receiptFormFor(asked: ReceiptForm, addressedTo: 'to' | 'cc'): ReceiptForm {
  return addressedTo === 'cc' ? 'sintetica' : asked;
}

/**
 * The delivery receipt (ricevuta di avvenuta consegna): to the sender, one for each recipient, when the envelope is in
 * the mailbox, read or not. `original` is the message as it travelled in the envelope: attached whole in the complete
 * form, with hashes for attachments in the brief one, which says what they are taken over and whether the name of one
 * could not be decoded, not at all in the concise one.
 * The data repeat the form that was asked.
 */
export function deliveryReceipt(
  message: CertifiedMessage,
  emission: Emission,
  delivered: { recipient: string; form: ReceiptForm; original: Buffer | null },
): SystemMessage {
  const { form } = delivered;
  const hashOf = emission.provider.briefHash ?? 'content';
  const { attached, undecodedName } = givenBack(delivered, hashOf);
  return receiptMessage({
    certification: certify(message, emission, 'avvenuta-consegna', {
      ricevuta: message.ricevuta,
      consegna: delivered.recipient,
    }),
    emission,
    subjectPrefix: 'CONSEGNA: ',
    to: message.mittente,
    attached,
    text: {
      title: form === 'completa' ? 'Ricevuta di avvenuta consegna' : `Ricevuta di avvenuta consegna ${form}`,
      lines: [
        `${openingLine(emission.at)} il messaggio`,
        `${quotedSubject(message)} proveniente da "${message.mittente}"`,
        `ed indirizzato a "${delivered.recipient}"`,
        'è stato consegnato nella casella di destinazione.',
        ...(form === 'breve' ? hashLines[hashOf] : []),
        ...(undecodedName ? undecodedNameLines : []),
        ...closingLines(message),
      ],
    },
  });
}

/** How the hashes of a brief receipt are to be checked. */
const hashLines: Record<HashOf, readonly string[]> = {
  content: [
    'Nel messaggio allegato, al posto di ogni file c’è la sua impronta SHA-1,',
    'calcolata sul contenuto decodificato; un file che non si decodifica è riportato intero.',
  ],
  encoded: [
    'Nel messaggio allegato, al posto di ogni file c’è la sua impronta SHA-1,',
    'calcolata sulla parte così come è stata trasmessa, nella sua codifica.',
  ],
};

/** The name of an attachment that cannot be decoded stands before `.hash` as it is written. */
const undecodedNameLines = [
  'Il nome di almeno un file non è interamente decodificabile: è riportato come è scritto nel messaggio.',
];

function givenBack(
  { form, original }: { readonly form: ReceiptForm; readonly original: Buffer | null },
  hashOf: HashOf,
): { attached: Buffer | null; undecodedName: boolean } {
  if (form === 'sintetica' || original === null) return { attached: null, undecodedName: false };
  if (form === 'completa') return { attached: original, undecodedName: false };
  let undecodedName = false;
  const attached = briefOriginal(original, hashOf, () => {
    undecodedName = true;
  });
  return { attached, undecodedName };
}
