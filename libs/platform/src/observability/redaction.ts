/** Names of members whose values never reach a log. */
const secretName = /pass(word|phrase)|secret|token|authorization|cookie|^pin$|pin(half|code)?$|^key$|private/i;

/** Names of members that hold personal data. */
const personalName =
  /codice_?fiscale|tax_?code|^(e_?)?mail$|e_?mail_?address|^address$|surname|cognome|given_?name|^nome$|birth|nascita|cellulare|phone|indirizzo|subject$/i;

/** A copy of what is to be logged, with the values of telling names struck out at any depth. */
export function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, struckOut(name, value, 0)]));
}

function struckOut(name: string, value: unknown, depth: number): unknown {
  if (value === undefined || value === null) return value;
  if (secretName.test(name)) return '[secret]';
  if (personalName.test(name)) return '[personal]';
  if (typeof value !== 'object' || value instanceof Error) return value;
  if (depth === 6) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => struckOut('', item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, each]) => [inner, struckOut(inner, each, depth + 1)]));
}

/** A codice fiscale, omocodia included, wherever it stands in a text. */
const codiceFiscale = /\b[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]\b/gi;

/**
 * The local part of an address: who it is; the domain says which service and may stay. It begins where its first letter stands,
 * so that a long text is gone through once.
 */
const localPart = /(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+(?=@[a-z\d-]+(\.[a-z\d-]+)+)/gi;

/** Three base64url parts: a JWT. */
const jsonWebToken = /\beyJ[\w-]{1,2000}\.[\w-]{1,8000}\.[\w-]+/g;

/** The credentials of a connection string. */
const credentials = /(?<=:\/\/)[^\s/:@"]+:[^\s/@"]+(?=@)/g;

/** One finished log line without the persons and credentials that a message or a stack may have quoted. */
export function withoutPersons(line: string): string {
  return line
    .replaceAll(credentials, '[credentials]')
    .replaceAll(jsonWebToken, '[token]')
    .replaceAll(codiceFiscale, '[codice fiscale]')
    .replaceAll(localPart, '[person]');
}
