/** The ways, other than a box, by which something can reach a holder. */
export type CourtesyChannel = 'sms' | 'email' | 'posta' | 'sportello';

/** What is known of how a holder can be reached. */
export interface Contacts {
  readonly emailOrdinaria: string | null;
  readonly cellulare: string | null;
  readonly indirizzo: string | null;
}

/**
 * The quickest way that a holder has: SMS, else e-mail, else a letter; who has none finds an envelope at the office that
 * recognised them.
 * @rule ABUSE-TOLD-ELSEWHERE
 */
export function quickestChannel({ cellulare, emailOrdinaria, indirizzo }: Contacts): CourtesyChannel {
  if (cellulare !== null) return 'sms';
  if (emailOrdinaria !== null) return 'email';
  return indirizzo !== null ? 'posta' : 'sportello';
}
