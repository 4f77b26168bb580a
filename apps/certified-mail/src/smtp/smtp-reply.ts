import { reasonLine } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

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

/** Refusals that speak of the message or of an address; every other one is a matter of who may do what, and when. */
const codes: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['submission/unreadable', [554, '5.6.0']],
  ['submission/too-much-said', [554, '5.6.0']],
  ['submission/not-certifiable', [554, '5.6.0']],
  ['submission/sender-unnamed', [553, '5.1.7']],
  ['address/malformed', [553, '5.1.3']],
  ['incoming/malformed', [554, '5.6.0']],
  ['incoming/infected', [554, '5.7.1']],
  ['signature/absent', [554, '5.7.1']],
  ['signature/altered', [554, '5.7.1']],
  // It passes when the box is released.
  ['sending/held', [450, '4.7.1']],
]);

/** A refusal with its reason and rule in one ASCII line: for good, but for what a person can release. // SMTP-REASON */
export function refusedReply(refusal: Refusal): SmtpReply {
  const [code, enhanced] = codes.get(refusal.refused) ?? [550, '5.7.1'];
  return new SmtpReply(code, enhanced, reasonLine(refusal));
}

/** Nothing is known to be wrong with the message: it is to be sent again. // SMTP-AGAIN */
export function againReply(): SmtpReply {
  return new SmtpReply(451, '4.3.0', 'Servizio momentaneamente non disponibile, riprovare (SMTP-AGAIN)');
}
