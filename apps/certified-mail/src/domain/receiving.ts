import { decide } from '@recapito/capability';
import type { PartyClass } from '@recapito/capability';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { CertificationKind, DeliveryFailure } from '@recapito/rfc6109';
import type { KnownBox } from './box.ts';

/** What a service mailbox takes: receipts and notices from providers to providers (RFC 6109 section 2.2.5). */
const forServiceMailbox: ReadonlySet<string> = new Set<CertificationKind>(['presa-in-carico', 'rilevazione-virus']);

/**
 * Does the box take a transport envelope that arrives at this instant? Null when it does, otherwise what its sender is
 * told. The reason names no other address of the holder. // RECEIVE-ONCE
 *
 * @param party the class of the envelope's reverse path
 * @param provider the display name of the provider that says no
 */
export function judgeEnvelope(
  box: KnownBox | undefined,
  party: PartyClass,
  at: Instant,
  provider: string,
): DeliveryFailure | null {
  if (box === undefined) return { errore: 'no-dest', erroreEsteso: `5.1.1 - ${provider} - indirizzo non valido` };
  if (box.kind === 'own') {
    if (box.use !== 'receipts') return null;
    return { errore: 'altro', erroreEsteso: `5.2.1 - ${provider} - casella di servizio` }; // SERVICE-MAILBOX
  }
  const answer = decide({ calendar: box.calendar, mailboxState: box.state, verb: 'receive', party, at });
  if (!isRefusal(answer)) return null;
  return answer.refused === 'circuit/party-not-admitted'
    ? { errore: 'altro', erroreEsteso: `5.7.1 - ${provider} - ${answer.words.it}` }
    : { errore: 'altro', erroreEsteso: `5.2.1 - ${provider} - casella non abilitata alla ricezione` };
}

/**
 * Is a message that failed a check of the incoming point enclosed in an anomaly envelope? What a provider of the index has
 * signed and is not in form always is (RFC 6109 section 2.2.2); what is ordinary mail, where the provider says so.
 * // INCOMING-ANOMALY
 */
export function isEnclosed({ refused }: Refusal, ordinaryMail: 'refuse' | 'enclose'): boolean {
  if (refused === 'incoming/malformed' || refused.startsWith('daticert/')) return true;
  const ordinary = refused === 'incoming/foreign-domain' || refused.startsWith('signature/');
  return ordinary && ordinaryMail === 'enclose';
}

/**
 * Does the box take an anomaly envelope? It is certified by nobody, so that nobody is told by a notice: the peer hears
 * it at the end of its transaction.
 */
export function judgeAnomaly(box: KnownBox | undefined, party: PartyClass, at: Instant): Refusal | null {
  const failure = judgeEnvelope(box, party, at, '');
  if (failure === null) return null;
  return refuse('incoming/box-takes-none', 'INCOMING-ANOMALY', {
    it: 'Una delle caselle non riceve messaggi non certificati da questo mittente.',
    en: 'One of the mailboxes takes no uncertified messages from this sender.',
  });
}

/** Ordinary mail in which the scanner found a virus. */
export function infectedAnomaly(virus: string): Refusal<'incoming/infected'> {
  return refuse(
    'incoming/infected',
    'VIRUS-ORDINARY-REFUSED',
    { it: `Nel messaggio è stato rilevato un virus: ${virus}.`, en: `A virus was found in the message: ${virus}.` },
    { virus },
  );
}

/**
 * Does the box take a receipt or notice? `lastSentAt` is when it last sent a message, null when it never did.
 * Refusals: those of capability for `receive-receipt`, `receipt/not-for-this-box`.
 */
export function judgeReceipt(
  box: KnownBox | undefined,
  tipo: CertificationKind | 'anomalia',
  lastSentAt: Instant | null,
  at: Instant,
): Refusal | null {
  if (box?.kind === 'held') {
    const question = {
      calendar: box.calendar,
      mailboxState: box.state,
      verb: 'receive-receipt',
      lastSentAt,
      at,
    } as const;
    const answer = decide(question);
    return isRefusal(answer) ? answer : null;
  }
  const isService = box?.use === 'receipts';
  if (box !== undefined && isService === forServiceMailbox.has(tipo)) return null;
  return refuse('receipt/not-for-this-box', 'SERVICE-MAILBOX', {
    it: 'La casella non attende ricevute di questo tipo.',
    en: 'The mailbox awaits no receipts of this kind.',
  });
}

/** What an LMTP server's permanent no means to the sender, by its enhanced code. */
export function failureOfStore(code: string, provider: string): DeliveryFailure {
  if (code.startsWith('5.1.')) return { errore: 'no-dest', erroreEsteso: `5.1.1 - ${provider} - indirizzo non valido` };
  if (code === '5.2.2') return { errore: 'altro', erroreEsteso: `5.2.2 - ${provider} - casella piena` };
  return { errore: 'altro', erroreEsteso: `${code} - ${provider} - casella non disponibile` };
}

/** What the sender is told of an envelope that was taken in charge and lost before it was in its box. */
export function failureOfLoss(provider: string): DeliveryFailure {
  return {
    errore: 'altro',
    erroreEsteso: `5.3.0 - ${provider} - il messaggio non è più disponibile presso il gestore`,
  };
}
