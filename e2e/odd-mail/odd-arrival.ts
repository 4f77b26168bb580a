/** Providers by the names of their files; `stranger` signs with a certificate that stands in no index. */
export type SigningProvider = 'inps' | 'postacertificata' | 'enti' | 'stranger';

/** What a provider has signed before somebody brings it. */
export interface SignedMessage {
  readonly kind: 'posta-certificata' | 'avvenuta-consegna' | 'presa-in-carico';
  readonly by: SigningProvider;
  readonly mittente: string;
  readonly destinatario: string;
  /** The domain of its identificativo; the signer's own when left out. */
  readonly idDomain?: string;
}

/** One transaction at the incoming point, odd or hostile. */
export interface OddArrival {
  /** What is odd about it; different in every case. */
  readonly what: string;
  /** The argument of MAIL FROM with its parameters. */
  readonly mailFrom: string;
  /** The arguments of RCPT TO with their parameters. */
  readonly rcptTo: readonly string[];
  readonly signed: SignedMessage;
  /** What is brought instead of it; `subject` is in nothing else. */
  readonly changed?: (text: string, subject: string) => string;
  readonly outcome: {
    readonly command: 'MAIL' | 'RCPT' | 'DATA';
    /** Code and enhanced code. */
    readonly reply: string;
    /** What the reply ends with: the rule in brackets, or the words of a 250. */
    readonly end: string;
    /** The marks of what is in each box about it: `X-Trasporto` or `X-Ricevuta`. */
    readonly boxes: Readonly<Record<string, readonly string[]>>;
    /** For whom the anomaly envelope says that it speaks. */
    readonly onBehalfOf?: string;
  };
}

export const taken = { command: 'DATA', reply: '250 2.6.0', end: 'preso in carico' } as const;
export const enclosed = { command: 'DATA', reply: '250 2.6.0', end: 'ricevuto, non certificato' } as const;

/** A refusal with its rule. */
export function refusedAt(command: 'MAIL' | 'RCPT' | 'DATA', reply: string, rule: string) {
  return { command, reply, end: `(${rule})` } as const;
}
