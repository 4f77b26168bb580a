/** What is said to a person, in both languages of the house. */
export interface Words {
  readonly it: string;
  readonly en: string;
}

/**
 * An expected "no". Returned, never thrown: a caller must look at it.
 * `refused` is the stable code (`mailbox/closed-by-calendar`), `rule` the id in docs/RULES.md that said no.
 */
export interface Refusal<Code extends string = string> {
  readonly refused: Code;
  readonly rule: string;
  readonly words: Words;
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Builds a refusal. */
export function refuse<Code extends string>(
  refused: Code,
  rule: string,
  words: Words,
  details?: Refusal['details'],
): Refusal<Code> {
  return details === undefined ? { refused, rule, words } : { refused, rule, words, details };
}

/** Tells a refusal from the value that was hoped for. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && typeof (value as { refused?: unknown }).refused === 'string';
}
