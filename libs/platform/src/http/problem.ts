import type { Refusal, Words } from '@recapito/primitives';
import type { Language } from './language.ts';

/** One fault of a request that does not have the agreed shape: where it stands (`body.email`) and what is wrong. */
export interface RequestFault {
  readonly at: string;
  readonly words: Words;
}

/** The body of `application/problem+json` (RFC 9457) with our members `rule`, `details`, `faults` and `trace`. */
export interface ProblemDocument {
  /** The refusal's code, as `enrolment/step-out-of-order`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The id of the rule that said no, as it stands in docs/RULES.md. */
  readonly rule: string;
  /** Both languages, for another service that will tell a person in turn. */
  readonly words?: Words;
  readonly details?: NonNullable<Refusal['details']>;
  readonly faults?: readonly { readonly at: string; readonly message: string }[];
  /** The trace id under which the logs tell more. */
  readonly trace?: string;
}

/** A refusal on its way to an HTTP answer: only the edge throws it, through `answer` or a guard. */
export class Problem extends Error {
  readonly status: number;
  readonly refusal: Refusal;
  readonly faults: readonly RequestFault[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    refusal: Refusal,
    more: { faults?: readonly RequestFault[]; retryAfterSeconds?: number } = {},
  ) {
    super(refusal.refused);
    this.name = 'Problem';
    this.status = status;
    this.refusal = refusal;
    this.faults = more.faults ?? [];
    this.retryAfterSeconds = more.retryAfterSeconds;
  }

  /** The answer's body in one language, with both when `inFull`. */
  document(language: Language, trace?: string, inFull = false): ProblemDocument {
    const { refused, rule, words, details } = this.refusal;
    return {
      type: refused,
      title: titleOf(this.status)[language],
      status: this.status,
      detail: words[language],
      rule,
      ...(inFull && { words }),
      ...(details && { details }),
      ...(this.faults.length > 0 && { faults: this.faults.map(({ at, words }) => ({ at, message: words[language] })) }),
      ...(trace !== undefined && { trace }),
    };
  }
}

const titles: Readonly<Record<number, Words>> = {
  400: { it: 'La richiesta non è scritta come si deve', en: 'The request is not well formed' },
  401: { it: 'Occorre farsi riconoscere', en: 'Authentication is needed' },
  403: { it: 'Non è consentito', en: 'Not allowed' },
  404: { it: 'Non esiste', en: 'Not found' },
  409: { it: 'Non è possibile nello stato attuale', en: 'Not possible in the present state' },
  413: { it: 'La richiesta è troppo grande', en: 'The request is too large' },
  415: { it: 'Il formato della richiesta non è accettato', en: 'The format of the request is not accepted' },
  422: { it: 'La richiesta non può essere eseguita', en: 'The request cannot be carried out' },
  429: { it: 'Troppe richieste', en: 'Too many requests' },
  500: { it: 'Errore interno', en: 'Internal fault' },
  503: { it: 'Servizio momentaneamente non disponibile', en: 'Service unavailable for the moment' },
};

const otherTitle: Words = { it: 'Richiesta rifiutata', en: 'Request refused' };

function titleOf(status: number): Words {
  return titles[status] ?? otherTitle;
}
