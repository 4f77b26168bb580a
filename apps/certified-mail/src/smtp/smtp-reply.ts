import { reasonLine } from '@recapito/primitives';
import type { KeyReused } from '@recapito/database';
import type { Refusal } from '@recapito/primitives';
import { statusOfIncoming } from '../domain/receiving.ts';
import type { IncomingRefusal } from '../domain/receiving.ts';
import type { SubmissionRefusal } from '../domain/sending.ts';

/**
 * What an SMTP client is told when something is not done: a code of RFC 5321, an enhanced one of RFC 3463, words. It is
 * thrown as smtp-server wants it, and is an answer: nobody asks where it was made, so it does not find out.
 */
export class SmtpReply extends Error {
  constructor(
    /** 4xx: the same may be tried again; 5xx: it may not. */
    readonly responseCode: number,
    enhanced: string,
    text: string,
  ) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`${enhanced} ${text}`);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What the SMTP doors refuse: at the access point, at the incoming point, and an address at either. */
export type SmtpRefusal = SubmissionRefusal | KeyReused | IncomingRefusal | Refusal<'address/malformed'>;

/**
 * The SMTP code and the enhanced one of each refusal: 554 for what is wrong with the message, 553 with an address, 550 for
 * who may do what and when, and 450 for what passes when the box is released.
 */
function codesOf(code: SmtpRefusal['refused']): readonly [number, string] {
  switch (code) {
    case 'submission/unreadable':
    case 'submission/too-much-said':
    case 'submission/not-certifiable':
      return [554, '5.6.0'];
    case 'submission/sender-unnamed':
      return [553, '5.1.7'];
    case 'address/malformed':
      return [553, '5.1.3'];
    case 'sending/held':
      return [450, '4.7.1'];
    case 'submission/sender-unknown':
    case 'submission/sender-not-yours':
    case 'submission/daily-limit':
    case 'idempotency-key/reused':
    case 'mailbox/not-yet-open':
    case 'mailbox/closed-by-calendar':
    case 'mailbox/state-forbids':
    case 'mailbox/already-held':
    case 'mailbox/none':
    case 'mailbox/no-receipt-awaited':
    case 'circuit/party-not-admitted':
    case 'holder/blocked':
      return [550, '5.7.1'];
    case 'incoming/malformed':
    case 'daticert/too-large':
    case 'daticert/not-xml':
    case 'daticert/not-valid':
    case 'daticert/contradiction':
    case 'signature/absent':
    case 'signature/altered':
    case 'incoming/infected':
      return [554, statusOfIncoming(code)];
    case 'signature/unreadable':
    case 'signature/unknown-certificate':
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
    case 'incoming/contradicts-message':
    case 'receipt/not-owed':
    case 'receipt/of-no-message':
    case 'receipt/other-data':
    case 'receipt/not-for-this-box':
      return [550, statusOfIncoming(code)];
  }
}

/**
 * A refusal with its reason and rule in one ASCII line: for good, but for what a person can release.
 * @rule SMTP-REASON
 */
export function refusedReply(refusal: SmtpRefusal): SmtpReply {
  const [code, enhanced] = codesOf(refusal.refused);
  return new SmtpReply(code, enhanced, reasonLine(refusal));
}

/**
 * Nothing is known to be wrong with the message: it is to be sent again.
 * @rule SMTP-AGAIN
 */
export function againReply(): SmtpReply {
  return new SmtpReply(451, '4.3.0', 'Servizio momentaneamente non disponibile, riprovare (SMTP-AGAIN)');
}
