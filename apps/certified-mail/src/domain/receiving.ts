import { decide } from '@recapito/capability';
import type { Denial, PartyClass } from '@recapito/capability';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { AnomalyCause, CertificationKind, DeliveryFailure, SignatureRefusal } from '@recapito/rfc6109';
import type { KnownBox } from './box.ts';

/** Why an incoming point does not take a message, or does not take it for a recipient. */
export type IncomingRefusal =
  | SignatureRefusal
  | AnomalyCause
  | Refusal<
      | 'incoming/not-ours'
      | 'incoming/ordinary'
      | 'incoming/box-takes-none'
      | 'incoming/infected'
      | 'incoming/contradicts-message'
      | 'receipt/not-owed'
      | 'receipt/of-no-message'
      | 'receipt/other-data'
      | 'receipt/not-for-this-box'
    >;

/**
 * The enhanced status (RFC 3463) of each of them, the same over SMTP and between the providers of one installation: 5.6.0
 * for what is not in form, 5.7.1 for the rest, which is a matter of who may bring what to whom.
 */
export function statusOfIncoming(code: IncomingRefusal['refused']): '5.6.0' | '5.7.1' {
  switch (code) {
    case 'incoming/malformed':
    case 'daticert/too-large':
    case 'daticert/not-xml':
    case 'daticert/not-valid':
    case 'daticert/contradiction':
      return '5.6.0';
    case 'signature/absent':
    case 'signature/unreadable':
    case 'signature/unknown-certificate':
    case 'signature/altered':
    case 'signature/untrusted':
    case 'signature/expired':
    case 'signature/revoked':
    case 'signature/revocation-unknown':
    case 'incoming/foreign-domain':
    case 'incoming/foreign-id':
    case 'incoming/disagrees':
    case 'incoming/not-ours':
    case 'incoming/ordinary':
    case 'incoming/box-takes-none':
    case 'incoming/infected':
    case 'incoming/contradicts-message':
    case 'receipt/not-owed':
    case 'receipt/of-no-message':
    case 'receipt/other-data':
    case 'receipt/not-for-this-box':
      return '5.7.1';
  }
}

/** What a service mailbox takes: receipts and notices from providers to providers (RFC 6109 section 2.2.5). */
const forServiceMailbox: ReadonlySet<string> = new Set<CertificationKind>(['presa-in-carico', 'rilevazione-virus']);

/**
 * Does the box take a transport envelope that arrives at this instant? Null when it does, otherwise what its sender is
 * told. The reason names no other address of the holder.
 *
 * @param party the class of the envelope's reverse path
 * @param provider the display name of the provider that says no
 * @rule RECEIVE-ONCE
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
    return { errore: 'altro', erroreEsteso: `5.2.1 - ${provider} - casella di servizio` }; // @rule SERVICE-MAILBOX
  }
  const answer = decide({ calendar: box.calendar, mailboxState: box.state, verb: 'receive', party, at });
  if (!isRefusal(answer)) return null;
  return answer.refused === 'circuit/party-not-admitted'
    ? { errore: 'altro', erroreEsteso: `5.7.1 - ${provider} - ${answer.words.it}` }
    : { errore: 'altro', erroreEsteso: `5.2.1 - ${provider} - casella non abilitata alla ricezione` };
}

/** How a message came that certifies nothing. */
export interface Uncertified {
  /** SMTP MAIL FROM, '' for the null one. */
  readonly reversePath: string;
  /** The provider of the index that signed it, null for ordinary mail. */
  readonly signedBy: {
    /** Its name in the index. */
    readonly provider: string;
    /** The address of the signer, as its certificate has it. */
    readonly signer: string;
    /** True when the reverse path lies in the signer's domains, or is the null one. */
    readonly fromSigner: boolean;
    /** The sender that the signed certification data name; null without such data. */
    readonly mittente: string | null;
  } | null;
}

/** What is set about ordinary mail. */
export interface OrdinaryMailSettings {
  /** By the recipient's provider. */
  readonly ordinaryMail: 'refuse' | 'enclose';
  /** In the file of the provider that has the domain of the reverse path; undefined when nothing is set. */
  readonly enclose: boolean | undefined;
}

/**
 * Is a message that certifies nothing enclosed in an anomaly envelope? What a provider of the index has signed is, when it
 * comes from that provider's domains (RFC 6109 section 2.2.2). Anything else is ordinary mail: the file of the provider that
 * has the domain of the reverse path decides, or else the recipient's provider.
 * @rule INCOMING-ANOMALY PEER-ENCLOSE
 */
export function isEnclosed({ signedBy }: Uncertified, { ordinaryMail, enclose }: OrdinaryMailSettings): boolean {
  return signedBy?.fromSigner === true || (enclose ?? ordinaryMail === 'enclose');
}

/**
 * On whose behalf an anomaly envelope is brought; '' when nobody has proved it. A reverse path is anybody's to write: it is
 * named when the signed data name it too and it is the signer's to use, or when it claims no certified address.
 *
 * @param certified whether an address lies in a domain of a provider of the index
 * @rule ANOMALY-FOR-NOBODY
 */
export function senderOfAnomaly(
  { reversePath, signedBy }: Uncertified,
  certified: (address: string) => boolean,
): string {
  if (signedBy === null || !signedBy.fromSigner) return certified(reversePath) ? '' : reversePath;
  const proved = reversePath !== '' && signedBy.mittente?.toLowerCase() === reversePath.toLowerCase();
  return proved ? reversePath : signedBy.signer;
}

/**
 * Does the box take an anomaly envelope? Nobody has proved who wrote it, so it counts as ordinary mail whoever it claims to
 * be from, and closed circuits stay closed. It is certified by nobody, so that nobody is told by a notice: the peer hears it
 * at the end of its transaction.
 * @rule ANOMALY-FOR-NOBODY
 */
export function judgeAnomaly(box: KnownBox | undefined, at: Instant): Refusal<'incoming/box-takes-none'> | null {
  return judgeEnvelope(box, 'ordinary', at, '') === null ? null : takesNoAnomaly();
}

/**
 * The answer to an anomaly that none of its boxes takes.
 * @param reason why nothing is certified, in Italian; '' where that is not known yet, before the message is there
 */
export function takesNoAnomaly(reason = ''): Refusal<'incoming/box-takes-none'> {
  return refuse('incoming/box-takes-none', 'INCOMING-ANOMALY', {
    it: `La casella non riceve messaggi non certificati da questo mittente.${reason === '' ? '' : ` Non è certificato: ${reason}`}`,
    en: 'The mailbox takes no uncertified messages from this sender.',
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
): Denial | Refusal<'receipt/not-for-this-box'> | null {
  if (box?.kind === 'holder') {
    const question = { calendar: box.calendar, mailboxState: box.state, at };
    const answer = decide({ ...question, verb: 'receive-receipt', lastSentAt });
    if (!isRefusal(answer)) return null;
    // A receipt that comes late reaches the sender all the same, as long as the box receives at all.
    const receives = lastSentAt !== null && !isRefusal(decide({ ...question, verb: 'receive' }));
    return receives ? null : answer;
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

/** The failure of an envelope that was taken in charge and lost before it was in its box. */
export function failureOfLoss(provider: string): DeliveryFailure {
  return {
    errore: 'altro',
    erroreEsteso: `5.3.0 - ${provider} - il messaggio non è più disponibile presso il gestore`,
  };
}
