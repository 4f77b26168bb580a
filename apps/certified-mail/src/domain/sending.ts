import { decide } from '@recapito/capability';
import type { Denial, PartyClass } from '@recapito/capability';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { KnownBox } from './box.ts';

/** Why a box may not send now, whatever it sends. */
export type SendingRefusal = Denial | Refusal<'submission/sender-unknown' | 'submission/daily-limit' | 'sending/held'>;

/** Why a submission is not taken at all: no notice is made of it, and its sender may send it again. */
export type SubmissionRefusal =
  | SendingRefusal
  | Refusal<
      | 'submission/unreadable'
      | 'submission/sender-unnamed'
      | 'submission/sender-not-yours'
      | 'submission/too-much-said'
      | 'submission/not-certifiable'
    >;

/** A recipient as the access point sees it. */
export interface Addressee {
  readonly address: string;
  readonly party: PartyClass;
  /** The provider that manages its domain; null when no provider does, or none that we can reach. */
  readonly provider: string | null;
}

/**
 * May this box send at this instant, whoever it writes to? A "no" ends the submission: nothing is taken, no notice is
 * made. Refusals: those of capability, `submission/sender-unknown`.
 */
export function judgeSender(
  box: KnownBox | undefined,
  at: Instant,
): Denial | Refusal<'submission/sender-unknown'> | null {
  if (box?.kind === 'own' && box.use !== 'receipts') return null;
  if (box?.kind !== 'holder') {
    return refuse('submission/sender-unknown', 'SUBMISSION-SENDER', {
      it: 'Il mittente non è una casella da cui si possa inviare.',
      en: 'The sender is not a mailbox from which one may send.',
    });
  }
  const answer = decide({ calendar: box.calendar, mailboxState: box.state, verb: 'send', at });
  return isRefusal(answer) ? answer : null;
}

/**
 * May a box that has sent so many accepted messages today send one more? Messages that were refused do not count, the
 * day is that of Rome. Refusal: `submission/daily-limit`.
 */
export function judgeDailyLimit(sent: number, limit: number): Refusal<'submission/daily-limit'> | null {
  if (sent < limit) return null;
  return refuse(
    'submission/daily-limit',
    'SENDS-A-DAY',
    {
      it: `La casella può inviare ${limit} messaggi al giorno, e oggi li ha già inviati.`,
      en: `The mailbox may send ${limit} messages a day and has sent them today.`,
    },
    { limit },
  );
}

/**
 * Whom this box may write to. One "no" refuses the whole message, and the notice names every address that caused it.
 * Refusals: `submission/outside-circuit`, `submission/no-route`.
 */
export function judgeAddressees(box: KnownBox, addressees: readonly Addressee[], at: Instant): Refusal[] {
  return addressees.flatMap((addressee) => {
    const refusal = outsideCircuit(box, addressee, at) ?? withoutRoute(addressee);
    return refusal === null ? [] : [refusal];
  });
}

export function senderNotYours(): Refusal<'submission/sender-not-yours'> {
  return refuse('submission/sender-not-yours', 'RFC6109-5.2', {
    it: 'Il mittente non è una casella di chi si è fatto riconoscere.',
    en: 'The sender is not a mailbox of the one who signed in.',
  });
}

export function senderUnnamed(): Refusal<'submission/sender-unnamed'> {
  return refuse('submission/sender-unnamed', 'SUBMISSION-SENDER', {
    it: 'Né la richiesta né il campo From dicono chi è il mittente.',
    en: 'Neither the request nor the From field says who the sender is.',
  });
}

export function unreadable(): Refusal<'submission/unreadable'> {
  return refuse('submission/unreadable', 'SUBMISSION-HEADER', {
    it: 'Il messaggio non ha un’intestazione leggibile.',
    en: 'The message has no header that can be read.',
  });
}

/**
 * Not even a notice can be made of it, for a notice names all recipients too.
 * @rule CERTIFIED-SIZE
 */
export function tooLargeToCertify(): Refusal<'submission/too-much-said'> {
  return refuse('submission/too-much-said', 'CERTIFIED-SIZE', {
    it: 'L’intestazione nomina più indirizzi, o ha un oggetto più lungo, di quanto si possa certificare.',
    en: 'The header names more addresses, or has a longer subject, than can be certified.',
  });
}

/**
 * The message, or the notice about it, cannot be built: so nothing may be promised about it.
 * @rule ACCEPTANCE-BUILT-FIRST
 */
export function notCertifiable(): Refusal<'submission/not-certifiable'> {
  return refuse('submission/not-certifiable', 'ACCEPTANCE-BUILT-FIRST', {
    it: 'il messaggio non può essere racchiuso in una busta di trasporto: l’intestazione o una parte non lo permettono',
    en: 'the message cannot be enclosed in a transport envelope: its header or a part of it does not allow that',
  });
}

/** The reason of a non-acceptance for a virus; what the scanner calls it is told, so that the sender can look for it. */
export function infected(virus: string): Refusal<'submission/infected'> {
  return refuse(
    'submission/infected',
    'VIRUS-NOT-ACCEPTED',
    {
      it: `Nel messaggio è stato rilevato un virus: ${virus}. Il messaggio non è stato accettato.`,
      en: `A virus was found in the message: ${virus}. The message was not accepted.`,
    },
    { virus },
  );
}

function outsideCircuit(box: KnownBox, { address, party }: Addressee, at: Instant): Refusal | null {
  if (box.kind === 'own') return null;
  const answer = decide({ calendar: box.calendar, mailboxState: box.state, verb: 'send', party, at });
  if (!isRefusal(answer)) return null;
  return refuse(
    'submission/outside-circuit',
    'CIRCUIT-ADDRESS-NAMED',
    { it: `${address}: ${answer.words.it}`, en: `${address}: ${answer.words.en}` },
    { address, because: answer.rule },
  );
}

function withoutRoute({ address, provider }: Addressee): Refusal | null {
  if (provider !== null) return null;
  return refuse(
    'submission/no-route',
    'SUBMISSION-ROUTE',
    {
      it: `${address}: il dominio non è gestito da alcun gestore raggiungibile da questa installazione.`,
      en: `${address}: no provider that this installation can reach manages the domain.`,
    },
    { address },
  );
}
