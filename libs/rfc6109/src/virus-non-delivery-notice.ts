import type { CertifiedMessage } from './certification.ts';
import { virusLines } from './readable-text.ts';
import { certify, receiptMessage } from './system-message.ts';
import type { Emission, SystemMessage } from './system-message.ts';
import { securityMark } from './virus-detection-notice.ts';

/**
 * The non-delivery notice for a virus (avviso di mancata consegna per virus, RFC 6109 section 3.2.4): the sender's own
 * provider to the sender, for one recipient, when that recipient's provider has found a virus. `erroreEsteso` is the one
 * of the detection notice.
 */
export function virusNonDeliveryNotice(
  message: CertifiedMessage,
  emission: Emission,
  detected: { recipient: string; erroreEsteso: string },
): SystemMessage {
  const { recipient, erroreEsteso } = detected;
  const act = { consegna: recipient, errore: 'virus', erroreEsteso } as const;
  return receiptMessage({
    certification: certify(message, emission, 'errore-consegna', act),
    emission,
    subjectPrefix: 'AVVISO DI MANCATA CONSEGNA PER VIRUS: ',
    to: message.mittente,
    marks: [securityMark],
    text: {
      title: 'Avviso di mancata consegna per virus',
      lines: virusLines(message, emission.at, detected),
    },
  });
}
