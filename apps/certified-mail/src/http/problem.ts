/** The HTTP status of what submitting a message may be refused for. */
export function statusOfSubmission(code: string): number {
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
    case 'idempotency-key/reused':
      return 409;
    case 'sending/held':
      return 429;
    default:
      // Calendar, state of the box, a sender that is not the caller's: what SMTP would say at MAIL FROM.
      return 403;
  }
}

/** The HTTP status of what operating the queue may be refused for. */
export function statusOfQueue(code: string): number {
  return code === 'queue/unknown' ? 404 : 409;
}

/** The HTTP status of what holding and releasing a box may be refused for. */
export function statusOfHold(code: string): number {
  switch (code) {
    case 'hold/unknown':
    case 'hold/no-box':
      return 404;
    case 'hold/same-person':
      return 403;
    default:
      return 409;
  }
}

/** The HTTP status of what looking at a list may be refused for; what is wrong with the list itself leaves the other in force. */
export function statusOfList(code: string): number {
  switch (code) {
    case 'provider/unknown':
      return 404;
    case 'list/away':
      return 503;
    default:
      return 409;
  }
}
