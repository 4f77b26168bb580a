import { refuse } from '@recapito/primitives';
import { Problem, type RequestFault } from './problem.ts';

/** The request does not have the agreed shape; every fault is told at once. */
export function malformed(faults: readonly RequestFault[]): Problem {
  const words = {
    it: 'La richiesta contiene dati mancanti o non validi.',
    en: 'The request has data that are missing or not valid.',
  };
  return new Problem(400, refuse('request/malformed', 'HTTP-REQUEST-SHAPE', words), { faults });
}

/** Nobody is named by the request, or nobody whom we believe. One answer for every cause. */
export function unauthenticated(): Problem {
  const words = {
    it: 'La richiesta non porta credenziali valide.',
    en: 'The request carries no valid credentials.',
  };
  return new Problem(401, refuse('caller/unknown', 'AUTH-CALLER', words));
}

/** The caller is known and may not do this. */
export function notPermitted(): Problem {
  const words = { it: 'Chi chiama non ha questo permesso.', en: 'The caller does not hold this permission.' };
  return new Problem(403, refuse('caller/not-permitted', 'AUTH-PERMISSION', words));
}

/** No resource has this address. */
export function noSuchRoute(): Problem {
  const words = { it: 'A questo indirizzo non c’è nulla.', en: 'There is nothing at this address.' };
  return new Problem(404, refuse('request/no-such-route', 'HTTP-ROUTE', words));
}

/** The body is of another size or kind than the route takes. */
export function unacceptableBody(status: 413 | 415): Problem {
  const words =
    status === 413
      ? { it: 'Il contenuto supera la dimensione ammessa.', en: 'The content exceeds the size that is allowed.' }
      : { it: 'Questo tipo di contenuto non è accettato.', en: 'This type of content is not accepted.' };
  return new Problem(status, refuse(status === 413 ? 'request/too-large' : 'request/content-type', 'HTTP-BODY', words));
}

/** The head of the request is longer than what is read (RFC 6585 section 5). */
export function tooLarge(): Problem {
  const words = { it: 'L’intestazione della richiesta è troppo lunga.', en: 'The head of the request is too long.' };
  return new Problem(431, refuse('request/head-too-large', 'HTTP-LIMITS', words));
}

/** The request did not come in whole within its time. */
export function tooSlow(): Problem {
  const words = { it: 'La richiesta non è arrivata in tempo.', en: 'The request did not come in within its time.' };
  return new Problem(408, refuse('request/too-slow', 'HTTP-LIMITS', words));
}

/** The source makes requests without credentials faster than it may (RFC 6585 section 4). */
export function tooFast(): Problem {
  const words = {
    it: 'Troppe richieste da questo indirizzo. Riprovare tra poco.',
    en: 'Too many requests from this address. Try again shortly.',
  };
  return new Problem(429, refuse('request/too-fast', 'SOURCE-RATE', words), { retryAfterSeconds: 1 });
}

/** Something that the answer needs is away: the caller may try again, with the same idempotency key. */
export function unavailable(retryAfterSeconds = 5): Problem {
  const words = {
    it: 'Il servizio non può rispondere in questo momento. Riprovare tra poco.',
    en: 'The service cannot answer at this moment. Try again shortly.',
  };
  return new Problem(503, refuse('service/unavailable', 'HTTP-UNAVAILABLE', words), { retryAfterSeconds });
}

/** A bug: the person learns that it is ours, the logs learn the rest. */
export function fault(): Problem {
  const words = {
    it: 'Si è verificato un errore del servizio; è stato registrato.',
    en: 'The service made an error; it has been recorded.',
  };
  return new Problem(500, refuse('service/fault', 'HTTP-FAULT', words));
}
