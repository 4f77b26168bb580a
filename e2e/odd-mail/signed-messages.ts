import { taken } from './odd-arrival.ts';
import type { OddArrival, SignedMessage } from './odd-arrival.ts';
import { comune, mario } from './odd-submission.ts';

/** INPS's own sender, and the two service mailboxes. */
export const inpsSender = 'pec.cittadini@inpspec.gov.it';
export const entiReceipts = 'ricevute@gestore-enti.example';
export const byInps = 'posta-certificata@inpspec.gov.it';
export const byEnti = 'posta-certificata@gestore-enti.example';

/** From a citizen to a body whose box takes what is not certified. */
export const toBody: SignedMessage = { kind: 'posta-certificata', by: 'inps', mittente: mario, destinatario: comune };
/** From a body to a citizen, whose box is in a closed circuit. */
export const toCitizen: SignedMessage = {
  kind: 'posta-certificata',
  by: 'enti',
  mittente: comune,
  destinatario: mario,
};
/** The receipt of INPS for what the body wrote to the citizen, about a message that was accepted elsewhere. */
export const receipt: SignedMessage = {
  ...toCitizen,
  kind: 'avvenuta-consegna',
  by: 'inps',
  idDomain: 'gestore-di-prima.example',
};

export type Change = NonNullable<OddArrival['changed']>;
export const inHeader =
  (from: RegExp | string, into: string): Change =>
  (text) => {
    const end = text.indexOf('\r\n\r\n');
    return text.slice(0, end).replace(from, into) + text.slice(end);
  };
export const before =
  (field: string): Change =>
  (text) =>
    `${field}\r\n${text}`;

/** One letter of the base64 in which daticert.xml lies. */
export function changeData(text: string): string {
  return text.replace(
    /(filename="daticert\.xml"\r\n\r\n[^\r]{40})(.)/,
    (_, head: string, letter: string) => head + (letter === 'A' ? 'B' : 'A'),
  );
}

/** The outcome of an envelope to the body that is certified. */
export const certifiedToBody = { ...taken, boxes: { [comune]: ['posta-certificata'] } };
