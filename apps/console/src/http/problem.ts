import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

/** Every refusal that leaves the console by HTTP. */
export type ConsoleRefusal = Refusal<
  'report/none' | 'page/unknown' | 'page/not-passed-on' | 'session/not-from-page' | 'session/over'
>;

/** The HTTP status of each of them. */
export function statusOf(code: ConsoleRefusal['refused']): number {
  switch (code) {
    case 'session/over':
      return 401;
    case 'session/not-from-page':
      return 403;
    case 'report/none':
    case 'page/unknown':
    case 'page/not-passed-on':
      return 404;
  }
}

export function notPassedOn() {
  return refuse('page/not-passed-on', 'CONSOLE-PASSED-ON', {
    it: 'Nessuna pagina della console chiede questo.',
    en: 'No page of the console asks for this.',
  });
}

export function sessionOver() {
  return refuse('session/over', 'CONSOLE-SESSION-ENDS', {
    it: 'La sessione è finita: occorre accedere di nuovo.',
    en: 'The session is over: sign in again.',
  });
}
