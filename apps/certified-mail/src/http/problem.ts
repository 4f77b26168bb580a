import type { Refusal } from '@recapito/primitives';
import type { ArrivalRefusal } from '../application/restore/decide-arrival.ts';
import type { QueueRefusal } from '../domain/queue.ts';
import type { SubmissionRefusal } from '../domain/sending.ts';
import type { ReleaseRefusal } from '../domain/suspension.ts';
import type { ListRefusal } from '../lists/list-refusal.ts';

/** The HTTP status of what submitting a message, or asking for it, may be refused for. */
export function statusOfSubmission(
  code: (SubmissionRefusal | Refusal<'submission/not-mail' | 'submission/unknown'>)['refused'],
): number {
  switch (code) {
    case 'submission/unreadable':
    case 'submission/too-much-said':
    case 'submission/not-certifiable':
    case 'submission/sender-unnamed':
      return 422;
    case 'submission/not-mail':
      return 415;
    case 'submission/unknown':
      return 404;
    case 'sending/held':
      return 429;
    // What SMTP would say at MAIL FROM: calendar, state of the box, a sender that is not the caller's.
    case 'submission/sender-unknown':
    case 'submission/sender-not-yours':
    case 'submission/daily-limit':
    case 'mailbox/not-yet-open':
    case 'mailbox/closed-by-calendar':
    case 'mailbox/state-forbids':
    case 'mailbox/already-held':
    case 'mailbox/none':
    case 'mailbox/no-receipt-awaited':
    case 'circuit/party-not-admitted':
    case 'holder/blocked':
      return 403;
  }
}

/** The HTTP status of what looking at a message may be refused for. */
export function statusOfMessage(code: 'message/unknown'): number {
  switch (code) {
    case 'message/unknown':
      return 404;
  }
}

/** The HTTP status of what deciding a forgotten arrival may be refused for. */
export function statusOfArrival(code: ArrivalRefusal['refused']): number {
  switch (code) {
    case 'arrival/unknown':
      return 404;
    case 'arrival/not-spooled':
    case 'arrival/not-takable':
      return 409;
  }
}

/** The HTTP status of what operating the queue may be refused for. */
export function statusOfQueue(code: QueueRefusal['refused']): number {
  switch (code) {
    case 'queue/unknown':
      return 404;
    case 'queue/not-held':
    case 'queue/in-hand':
    case 'queue/box-held':
      return 409;
  }
}

/** The HTTP status of what holding and releasing a box may be refused for. */
export function statusOfHold(code: (ReleaseRefusal | Refusal<'hold/no-box' | 'hold/held-already'>)['refused']): number {
  switch (code) {
    case 'hold/unknown':
    case 'hold/no-box':
      return 404;
    case 'approval/same-person':
      return 403;
    case 'hold/held-already':
    case 'hold/released':
    case 'hold/not-asked':
    case 'hold/asked-already':
    case 'approval/person-gone':
      return 409;
  }
}

/** The HTTP status of what looking at a list may be refused for; what is wrong with the list itself leaves the other in force. */
export function statusOfList(code: (ListRefusal | Refusal<'provider/unknown'>)['refused']): number {
  switch (code) {
    case 'provider/unknown':
      return 404;
    case 'list/away':
      return 503;
    case 'index/too-large':
    case 'index/unsigned':
    case 'index/weak-digest':
    case 'index/foreign-signer':
    case 'index/altered':
    case 'index/keeper-not-believed':
    case 'index/malformed':
    case 'index/empty':
    case 'index/older':
    case 'index/own-missing':
    case 'ldif/malformed':
    case 'pa-index/malformed':
    case 'pa-index/empty':
    case 'pa-index/own-missing':
    case 'list/loss':
    case 'list/unusable':
    case 'list/not-followed':
      return 409;
  }
}

/** The HTTP status of what looking at the quarantine may be refused for. */
export function statusOfQuarantine(code: 'quarantine/unknown'): number {
  switch (code) {
    case 'quarantine/unknown':
      return 404;
  }
}
