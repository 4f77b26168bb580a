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
    'GET /dead-letters',
  ],
  mailbox: [
    'GET /mailboxes/:address',
    'GET /mailboxes/:address/capabilities',
    'GET /mailboxes/:address/line-of-time',
    'GET /dead-letters',
  ],
  'certified-mail': ['GET /messages', 'GET /messages/:key'],
  migration: ['GET /campaigns/:campaign/moves', 'GET /dead-letters'],
  notification: ['GET /communications', 'GET /dead-letters'],
  'audit-log': ['GET /entries', 'GET /entries/:index'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A service that pages ask. */
export type AskedService = keyof typeof passedOn;

export function isAskedService(name: string): name is AskedService {
  return Object.hasOwn(passedOn, name);
}

/** Whether a request to a service is one of those; `path` as it stands in the address, without the query. */
export function isPassedOn(service: AskedService, method: string, path: string): boolean {
  return passedOn[service].some((door: string) => {
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
