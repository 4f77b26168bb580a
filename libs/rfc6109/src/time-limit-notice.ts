import type { CertifiedMessage } from './certification.ts';
import { closingLines, openingLine, quotedSubject } from './readable-text.ts';
import { certify, receiptMessage } from './system-message.ts';
import type { Emission, SystemMessage } from './system-message.ts';

/** The two limits that run from the dispatch of an envelope, in elapsed time. */
export type TimeLimit = 'twelve-hours' | 'twenty-four-hours';

const words: Record<TimeLimit, { code: string; error: string; lines: readonly string[] }> = {
  'twelve-hours': {
    code: '4.4.1',
    error: 'messaggio non consegnato nelle prime dodici ore',
    lines: [
      'non è stato consegnato nelle prime dodici ore dal suo invio.',
      'La consegna può ancora avvenire: se nelle prossime dodici ore',
      'non ne giungerà conferma, sarà inviato un secondo avviso.',
    ],
  },
  'twenty-four-hours': {
    code: '5.4.1',
    error: 'messaggio non consegnato entro ventiquattro ore',
    lines: [
      'non è stato consegnato nel tempo massimo di ventiquattro ore dal suo invio.',
      'La transazione è chiusa con esito negativo.',
    ],
  },
};

/**
 * The non-delivery notice for a time limit (avviso di mancata consegna per superamento dei tempi massimi, RFC 6109
 * section 3.1.6): the sender's own provider to the sender, for one recipient. Both limits are `preavviso-errore-consegna`;
 * the extended error tells them apart: `5.4.1` is final, the `4.4.1` of twelve hours is not.
 * @rule TIME-LIMIT-CODE
 */
export function timeLimitNotice(
  message: CertifiedMessage,
  emission: Emission,
  passed: { recipient: string; limit: TimeLimit },
): SystemMessage {
  const { code, error, lines } = words[passed.limit];
  return receiptMessage({
    certification: certify(message, emission, 'preavviso-errore-consegna', {
      consegna: passed.recipient,
      errore: 'altro',
      erroreEsteso: `${code} - ${emission.provider.name} - ${error}`,
    }),
    emission,
    subjectPrefix: 'AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO: ',
    to: message.mittente,
    text: {
      title: 'Avviso di mancata consegna',
      lines: [
        `${openingLine(emission.at)} il messaggio`,
        `${quotedSubject(message)} proveniente da "${message.mittente}"`,
        `ed indirizzato a "${passed.recipient}"`,
        ...lines,
        ...closingLines(message),
      ],
    },
  });
}
