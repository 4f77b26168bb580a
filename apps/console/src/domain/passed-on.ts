/** The doors that every service has which reads facts, and that of the approvals for what is done about them. */
const deadLetters = [
  'GET /approvals',
  'DELETE /approvals/:id',
  'GET /dead-letters',
  'GET /dead-letters/:id',
  'POST /dead-letters/:id/redrive',
  'POST /dead-letters/:id/set-aside',
] as const;

/**
 * The doors of services that pages of the console use, and nothing else: whoever has taken a browser over opens no other with
 * its session.
 * @rule CONSOLE-PASSED-ON
 */
export const passedOn = {
  identity: [
    'GET /holders',
    'GET /holders/:id/overview',
    'DELETE /holders/:id/block',
    'POST /enrolments/:id/reissues',
    'GET /campaigns/:campaign/blocks',
    'PUT /account/password',
    'GET /account/sessions',
    'DELETE /account/sessions/:session',
    ...deadLetters,
  ],
  mailbox: [
    'GET /mailboxes/:address',
    'GET /mailboxes/:address/capabilities',
    'GET /mailboxes/:address/line-of-time',
    ...deadLetters,
  ],
  'certified-mail': [
    'GET /messages',
    'GET /messages/:key',
    'GET /queue',
    'POST /queue/:id/holds',
    'POST /queue/:id/retries',
    'POST /queue/:id/returns',
    'GET /holds',
    'POST /holds/:id/release-requests',
    'DELETE /holds/:id/release-requests/:request',
    'POST /holds/:id/release-requests/:request/confirmations',
    'GET /quarantine',
    'POST /quarantine/openings',
    'GET /approvals',
    'DELETE /approvals/:id',
  ],
  migration: [
    'GET /campaigns',
    'GET /campaigns/:campaign',
    'POST /campaigns/:campaign/openings',
    'GET /campaigns/:campaign/report',
    'GET /campaigns/:campaign/loads/:load/rejects',
    'GET /campaigns/:campaign/moves',
    ...deadLetters,
  ],
  notification: ['GET /communications', ...deadLetters],
  'audit-log': ['GET /entries', 'GET /entries/:index'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/**
 * The doors of identity that pages of the portal open with a holder’s session, and nothing else.
 * @rule CONSOLE-PASSED-ON
 */
const passedOnToHolders = [
  'GET /terms',
  'GET /security-questions',
  'GET /enrolments/:id',
  'PUT /enrolments/:id/password',
  'PUT /enrolments/:id/terms',
  'PUT /enrolments/:id/security-answers',
  'PUT /enrolments/:id/confirmation',
  'PUT /password',
  'PUT /pin',
  'DELETE /sessions/others',
] as const;

/** A service that pages ask. */
export type AskedService = keyof typeof passedOn;

export function isAskedService(name: string): name is AskedService {
  return Object.hasOwn(passedOn, name);
}

/** Whether a request to a service is one of those; `path` as it stands in the address, without the query. */
export function isPassedOn(service: AskedService, method: string, path: string): boolean {
  return isOneOf(passedOn[service], method, path);
}

/** Whether a request of a holder to identity is one of those; `path` likewise. */
export function isPassedOnToHolder(method: string, path: string): boolean {
  return isOneOf(passedOnToHolders, method, path);
}

function isOneOf(doors: readonly string[], method: string, path: string): boolean {
  return doors.some((door) => {
    const [verb, pattern = ''] = door.split(' ');
    return verb === method && fits(pattern.split('/'), path.split('/'));
  });
}

/** A part of a path that stands for something holds letters, digits and what is written with `%`, never a dot alone. */
function fits(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((part, at) =>
      part.startsWith(':')
        ? /^(?!\.{1,2}$)[\w.@~%+-]+$/.test(path[at] ?? '') && !/%2f|%5c|%2e/i.test(path[at] ?? '')
        : part === path[at],
    )
  );
}
