import type { CertifiedMessage } from './certification.ts';
import { headerField } from './header-writing.ts';
import { virusLines } from './readable-text.ts';
import { certify, receiptMessage } from './system-message.ts';
import type { Emission, SystemMessage } from './system-message.ts';

/** The field of the two notices by which a sender learns of a virus. */
export const securityMark = headerField('X-VerificaSicurezza', 'errore');

/** The extended error of a virus that a provider has found; `virus` is what the scanner calls it. */
export function virusError(provider: { readonly name: string }, virus: string): string {
  return `5.7.1 - ${provider.name} - virus rilevato: ${virus}`;
}

/**
 * The virus detection notice (avviso di rilevazione virus, RFC 6109 section 3.2.3): the provider of an infected
 * envelope's recipient to the service mailbox of the sender's provider, one for each own recipient, never to a user.
 * That provider then tells its user by a virus non-delivery notice with the same extended error.
 */
export function virusDetectionNotice(
  message: CertifiedMessage,
  emission: Emission,
  found: { recipient: string; serviceMailbox: string; erroreEsteso: string },
): SystemMessage {
  const { erroreEsteso } = found;
  const act = { consegna: found.recipient, errore: 'virus', erroreEsteso } as const;
  return receiptMessage({
    certification: certify(message, emission, 'rilevazione-virus', act),
    emission,
    subjectPrefix: 'PROBLEMA DI SICUREZZA: ',
    to: found.serviceMailbox,
    marks: [headerField('X-Mittente', message.mittente)],
    text: {
      title: 'Avviso di rilevazione virus',
      lines: virusLines(message, emission.at, found),
    },
  });
}
