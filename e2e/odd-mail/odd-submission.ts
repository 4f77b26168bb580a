/** The sender of every case: a citizen's box of INPS, which sends as much as it likes. */
export const mario = 'rssmra80a01h501u@inpspec.gov.it';

/** Boxes of public bodies, which citizens may write to. */
export const comune = 'protocollo@pec.comune.borgovento.example';
export const provincia = 'urp@pec.provincia.valchiara.example';

/** The box of a body whose domain is `città.example`. */
export const città = 'urp@xn--citt-3na.example';

/** A message that is odd or hostile, as a mail client sends it at the access point, and what must come of it. */
export interface OddSubmission {
  /** What is odd about it; different in every case. */
  readonly what: string;
  /** The argument of MAIL FROM with its parameters; `<mario>` when left out. */
  readonly mailFrom?: string;
  /** The arguments of RCPT TO with their parameters; `<comune>` when left out. */
  readonly rcptTo?: readonly string[];
  /** The octets of the message, each as one character, before dots are doubled. */
  readonly message: string;
  readonly outcome: Outcome;
}

export type Outcome = Replied | Refused | Certified;

/** A reply that ends the transaction; nothing is left of it. */
export interface Replied {
  readonly kind: 'replied';
  readonly command: 'MAIL' | 'RCPT' | 'DATA';
  /** Code and enhanced code, as `553 5.1.3`. */
  readonly reply: string;
  /** The rule with which the words of the reply end; '' when the reply is not one of ours. */
  readonly rule: string;
}

/** 250, and a non-acceptance notice for the whole message: no box but the sender's has anything. */
export interface Refused {
  readonly kind: 'refused';
  /** All reasons by their rules, in their order. */
  readonly rules: readonly string[];
  /** Words that the notice has for the sender. */
  readonly words: readonly string[];
}

/** 250, a receipt of acceptance, an envelope in every recipient's box, and a delivery receipt for each. */
export interface Certified {
  readonly kind: 'certified';
  /** What daticert.xml says; '' where the element is missing or empty. */
  readonly oggetto: string;
  readonly msgid: string;
  readonly destinatari: readonly string[];
  readonly risposte: string;
  /** Words that the acceptance receipt has beside the usual ones; empty: none of the remarks that are made of messages. */
  readonly remarks: readonly string[];
  /** Octets that must stand in what the recipient has. */
  readonly holds: readonly string[];
  /** Octets that must not. */
  readonly lacks: readonly string[];
  /** Octets that must stand in the delivery receipt. */
  readonly receiptHolds: readonly string[];
}

/** A message with From, To and Date as they should be, beside the fields given; body after an empty line. */
export function letter(fields: readonly string[], body = 'Testo.\r\n'): string {
  return [`From: ${mario}`, `To: ${comune}`, date, ...fields, '', body].join('\r\n');
}

export const date = 'Date: Mon, 02 Aug 2010 09:00:00 +0200';

/** A text as its octets in UTF-8, one character each. */
export function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The outcome of a message that is certified: without subject, Message-ID and remarks, to `comune`, unless said. */
export function certified(more: Partial<Certified> = {}): Certified {
  return {
    kind: 'certified',
    oggetto: '',
    msgid: '',
    destinatari: [comune],
    risposte: mario,
    remarks: [],
    holds: [],
    lacks: [],
    receiptHolds: [],
    ...more,
  };
}

export function refused(rules: readonly string[], ...words: string[]): Refused {
  return { kind: 'refused', rules, words };
}

export function replied(command: Replied['command'], reply: string, rule = ''): Replied {
  return { kind: 'replied', command, reply, rule };
}
